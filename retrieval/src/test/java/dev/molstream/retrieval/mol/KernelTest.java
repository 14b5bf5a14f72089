package dev.molstream.retrieval.mol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel against the reference, and the reference against a score worked out by hand. */
class KernelTest {
  private final RandomGenerator random = new SplittableRandom(7);

  /**
   * Two query components times three item components; the outer gate a ⊙ b is 100 at one logit and
   * 0 at the others, so the score is that logit. Logit p = 3 is ⟨F₁, G₀⟩ when the query index is
   * the major one; it would be ⟨F₁, G₁⟩ if the item index were.
   */
  @ParameterizedTest
  @EnumSource(KernelKind.class)
  void flattensLogitsWithTheQueryIndexMajor(KernelKind kind) {
    // given
    MolShape shape = new MolShape(1, 2, 3, 2, 1, 0.5f);
    GatingNetwork closed =
        GatingNetwork.of(shape, new float[6], new float[1], new float[6], new float[6]);
    float[] itemComponents = {1, 0, 0, 1, 0.6f, 0.8f};
    float[] itemGate = {10, 10, 10, 10, 10, 10};
    float[] byHand = {2 * 0.8f, 2 * -0.6f, 0, 0, 2 * 1, 2 * 0.8f};
    for (int p = 0; p < 6; p++) {
      MolQuery query = new MolQuery(new float[] {0.8f, -0.6f, 0, 1}, new float[6]);
      query.gate()[p] = 10;

      // when
      float score = scoreOfOne(kind, shape, closed, query, itemComponents, itemGate);

      // then
      assertThat(score).as("logit %d", p).isCloseTo(byHand[p], within(1e-4f));
    }
  }

  /** As above, but the choice comes from the cross gate, which reads logit 3 and opens gate 5. */
  @ParameterizedTest
  @EnumSource(KernelKind.class)
  void feedsTheCrossGateWithTheQueryIndexMajor(KernelKind kind) {
    // given
    MolShape shape = new MolShape(1, 2, 3, 2, 1, 0.5f);
    float[] hiddenWeight = {0, 0, 0, 10, 0, 0};
    float[] outputWeight = {0, 0, 0, 0, 0, 10};
    GatingNetwork gating =
        GatingNetwork.of(shape, hiddenWeight, new float[1], outputWeight, new float[6]);
    MolQuery query = new MolQuery(new float[] {0.8f, -0.6f, 0, 1}, new float[6]);
    // Logit 3 = ⟨F₁, G₀⟩ / τ = 2 opens gate 5 by 200, and logit 5 = ⟨F₁, G₂⟩ / τ = 1.6.
    float[] itemComponents = {0, 1, 1, 0, 0.6f, 0.8f};

    // when
    float score = scoreOfOne(kind, shape, gating, query, itemComponents, new float[6]);

    // then
    assertThat(score).isCloseTo(1.6f, within(1e-4f));
  }

  @ParameterizedTest
  @EnumSource(KernelKind.class)
  void ranksByTheMeanOfTheLogits(KernelKind kind) {
    // given
    MolShape shape = Examples.shape(3, 2, 5, 4);
    MolKernel kernel = kind.create(shape, Examples.gating(shape, random, 1));
    ItemTile tile = randomTile(shape, new MolItem[ItemTile.ITEMS], 1);
    MolItem item = Examples.item(shape, random, "a");
    tile.write(4, item.components(), item.gate());
    MolQuery query = Examples.query(shape, random);
    float[] scores = new float[ItemTile.ITEMS];

    // when
    kernel.prepare(query);
    kernel.scoreAveraged(tile, scores);

    // then
    float sum = 0;
    for (int n = 0; n < 3; n++) {
      for (int m = 0; m < 2; m++) {
        for (int k = 0; k < 5; k++) {
          sum += query.components()[n * 5 + k] * item.components()[m * 5 + k];
        }
      }
    }
    assertThat(scores[4]).isCloseTo(sum / 2, within(1e-5f));
  }

  static Stream<MolShape> shapes() {
    return Stream.of(
        Examples.shape(1, 1, 1, 1),
        Examples.shape(1, 1, 64, 1),
        Examples.shape(1, 3, 2, 5),
        Examples.shape(2, 1, 7, 3),
        Examples.shape(3, 5, 15, 17),
        Examples.shape(4, 4, 16, 16),
        Examples.shape(4, 4, 32, 64),
        Examples.shape(5, 3, 17, 31),
        Examples.shape(7, 9, 8, 33),
        Examples.shape(8, 4, 64, 128),
        Examples.shape(8, 8, 32, 128),
        Examples.shape(9, 2, 33, 127));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreeWithTheReference(MolShape shape) {
    agreeWithTheReference(shape, Examples.gating(shape, random, 1), 1);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreeWithTheReferenceOnExtremeGates(MolShape shape) {
    agreeWithTheReference(shape, Examples.gating(shape, random, 3), 1e5f);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreeWithTheReferenceOnClosedGates(MolShape shape) {
    int logits = shape.logits();
    int hidden = shape.gateHidden();
    float[] shut = new float[logits];
    Arrays.fill(shut, -1e6f);
    GatingNetwork closed =
        GatingNetwork.of(
            shape, new float[hidden * logits], new float[hidden], new float[logits * hidden], shut);
    agreeWithTheReference(shape, closed, 1);
  }

  private void agreeWithTheReference(MolShape shape, GatingNetwork gating, float gateScale) {
    // given
    ReferenceScorer reference = new ReferenceScorer(shape, gating);
    MolItem[] items = new MolItem[ItemTile.ITEMS];
    ItemTile tile = randomTile(shape, items, gateScale);
    MolQuery query = Examples.query(shape, random);
    float[] scores = new float[ItemTile.ITEMS];
    for (KernelKind kind : KernelKind.values()) {
      MolKernel kernel = kind.create(shape, gating);

      // when
      kernel.prepare(query);
      kernel.score(tile, scores);

      // then
      for (int lane = 0; lane < ItemTile.ITEMS; lane++) {
        float expected =
            reference.score(
                query.components(), query.gate(), items[lane].components(), items[lane].gate());
        assertThat(scores[lane])
            .as("%s, shape %s, lane %d", kind, shape, lane)
            .isCloseTo(expected, within(1e-4f));
      }
    }
  }

  private ItemTile randomTile(MolShape shape, MolItem[] items, float gateScale) {
    ItemTile tile = ItemTile.allocate(shape, Arena.ofAuto());
    for (int lane = 0; lane < ItemTile.ITEMS; lane++) {
      items[lane] = Examples.item(shape, random, "item " + lane);
      for (int p = 0; p < shape.logits(); p++) {
        items[lane].gate()[p] *= gateScale;
      }
      tile.write(lane, items[lane].components(), items[lane].gate());
    }
    return tile;
  }

  private static float scoreOfOne(
      KernelKind kind,
      MolShape shape,
      GatingNetwork gating,
      MolQuery query,
      float[] itemComponents,
      float[] itemGate) {
    ItemTile tile = ItemTile.allocate(shape, Arena.ofAuto());
    tile.write(9, itemComponents, itemGate);
    MolKernel kernel = kind.create(shape, gating);
    float[] scores = new float[ItemTile.ITEMS];
    kernel.prepare(query);
    kernel.score(tile, scores);
    return scores[9];
  }
}
