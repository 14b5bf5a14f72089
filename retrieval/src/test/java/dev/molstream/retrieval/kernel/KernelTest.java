package dev.molstream.retrieval.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.VectorFormat;
import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.record.Records;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel against the reference, and the reference against a score worked out by hand. */
class KernelTest {
  /** Interpreted and compiled code sum up lanes in another order: the last bits differ. */
  private static final Offset<Float> SAME = within(1e-5f);

  /** More than two batches. */
  private static final int RECORDS = 70;

  /** Bytes of NaNs around each record. */
  private static final int MARGIN = 128;

  private final Arena arena = Arena.ofConfined();
  private final RandomGenerator random = new SplittableRandom(7);

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  static Stream<Arguments> kernels() {
    return Stream.of(KernelKind.values())
        .flatMap(kind -> Stream.of(VectorFormat.values()).map(format -> arguments(kind, format)));
  }

  /**
   * Two query components times three item components; the outer gate a ⊙ b is 100 at one logit and
   * 0 at the others, so the score is that logit. Logit p = 3 is ⟨F₁, G₀⟩ when the query index is
   * the major one; it would be ⟨F₁, G₁⟩ if the item index were.
   */
  @ParameterizedTest
  @MethodSource("kernels")
  void flattensLogitsWithTheQueryIndexMajor(KernelKind kind, VectorFormat format) {
    // given
    MolShape shape = new MolShape(1, 2, 3, 2, 1, 0.5f);
    GatingNetwork closed =
        GatingNetwork.of(shape, new float[6], new float[1], new float[6], new float[6]);
    float[] itemComponents = {1, 0, 0, 1, 0.625f, 0.75f};
    float[] itemGate = {10, 10, 10, 10, 10, 10};
    float[] byHand = {2 * 0.8f, 2 * -0.6f, 2 * 0.05f, 0, 2 * 1, 2 * 0.75f};
    for (int p = 0; p < 6; p++) {
      MolQuery query = new MolQuery(new float[] {0.8f, -0.6f, 0, 1}, new float[6]);
      query.gate()[p] = 10;

      // when
      float score =
          scoreOfOne(
              kind, new RecordLayout(shape, format), closed, query, itemComponents, itemGate);

      // then
      assertThat(score).as("logit %d", p).isCloseTo(byHand[p], within(1e-4f));
    }
  }

  /** As above, but the choice comes from the cross gate, which reads logit 3 and opens gate 5. */
  @ParameterizedTest
  @MethodSource("kernels")
  void feedsTheCrossGateWithTheQueryIndexMajor(KernelKind kind, VectorFormat format) {
    // given
    MolShape shape = new MolShape(1, 2, 3, 2, 1, 0.5f);
    float[] hiddenWeight = {0, 0, 0, 10, 0, 0};
    float[] outputWeight = {0, 0, 0, 0, 0, 10};
    GatingNetwork gating =
        GatingNetwork.of(shape, hiddenWeight, new float[1], outputWeight, new float[6]);
    MolQuery query = new MolQuery(new float[] {0.8f, -0.6f, 0, 1}, new float[6]);
    // Logit 3 = ⟨F₁, G₀⟩ / τ = 2 opens gate 5 by 200, and logit 5 = ⟨F₁, G₂⟩ / τ = 1.5.
    float[] itemComponents = {0, 1, 1, 0, 0.625f, 0.75f};

    // when
    float score =
        scoreOfOne(
            kind, new RecordLayout(shape, format), gating, query, itemComponents, new float[6]);

    // then
    assertThat(score).isCloseTo(1.5f, within(1e-4f));
  }

  /** Around the lanes of vectors and the vectors of panels, in every size. */
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
        Examples.shape(9, 2, 33, 127),
        Examples.shape(17, 3, 9, 5),
        Examples.shape(28, 3, 5, 7),
        Examples.shape(33, 3, 7, 9),
        Examples.shape(50, 2, 4, 70),
        Examples.shape(64, 2, 3, 40),
        Examples.shape(2, 64, 3, 4));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheReference(MolShape shape) {
    agreesWithTheReference(shape, Examples.gating(shape, random, 1), 1);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheReferenceOnExtremeGates(MolShape shape) {
    agreesWithTheReference(shape, Examples.gating(shape, random, 3), 1e5f);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheReferenceOnClosedGates(MolShape shape) {
    int logits = shape.logits();
    int hidden = shape.gateHidden();
    float[] shut = new float[logits];
    Arrays.fill(shut, -1e6f);
    GatingNetwork closed =
        GatingNetwork.of(
            shape, new float[hidden * logits], new float[hidden], new float[logits * hidden], shut);
    agreesWithTheReference(shape, closed, 1);
  }

  private void agreesWithTheReference(MolShape shape, GatingNetwork gating, float gateScale) {
    for (VectorFormat format : VectorFormat.values()) {
      // given
      RecordLayout layout = new RecordLayout(shape, format);
      long[] records = randomRecords(layout, gateScale);
      MolQuery query = Examples.query(shape, random);
      float[] expected = reference(layout, gating, query, records);
      for (KernelKind kind : KernelKind.values()) {
        MolKernel kernel = kind.create(layout, gating);
        float[] scores = new float[RECORDS];

        // when
        kernel.prepare(query);
        kernel.score(records, 0, RECORDS, scores);

        // then
        assertThat(scores)
            .as("%s, %s, shape %s", kind, format, shape)
            .containsExactly(expected, within(1e-4f));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void writesRowsOfLogitsAndTheirLargest(MolShape shape) {
    for (VectorFormat format : VectorFormat.values()) {
      // given
      RecordLayout layout = new RecordLayout(shape, format);
      GatingNetwork gating = Examples.gating(shape, random, 1);
      long[] records = randomRecords(layout, 1);
      MolQuery query = Examples.query(shape, random);
      int from = 3;
      int count = RECORDS - from;
      ReferenceScorer reference = new ReferenceScorer(shape, gating);
      for (KernelKind kind : KernelKind.values()) {
        MolKernel kernel = kind.create(layout, gating);
        float[] logits = new float[count * shape.logits()];
        float[] bounds = new float[RECORDS];
        float[] scores = new float[RECORDS];

        // when
        kernel.prepare(query);
        kernel.logits(records, from, count, logits);
        kernel.bound(records, from, count, bounds);
        kernel.score(records, from, count, scores);

        // then
        for (int i = 0; i < count; i++) {
          float[] row = Arrays.copyOfRange(logits, i * shape.logits(), (i + 1) * shape.logits());
          float[] expected =
              reference.componentLogits(query.components(), components(layout, records[from + i]));
          assertThat(row)
              .as("%s, %s, shape %s, record %d", kind, format, shape, i)
              .containsExactly(expected, within(1e-4f));
          assertThat(bounds[from + i]).isEqualTo(greatest(row));
          assertThat(scores[from + i]).isLessThanOrEqualTo(bounds[from + i] + 1e-3f);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void givesARecordTheSameScoreWhateverItIsScoredWith(KernelKind kind, VectorFormat format) {
    for (MolShape shape : List.of(Examples.shape(3, 5, 15, 17), Examples.shape(35, 1, 3, 20))) {
      // given
      RecordLayout layout = new RecordLayout(shape, format);
      MolKernel kernel = kind.create(layout, Examples.gating(shape, random, 1));
      long[] records = randomRecords(layout, 1);
      kernel.prepare(Examples.query(shape, random));
      float[] alone = new float[RECORDS];
      for (int i = 0; i < RECORDS; i++) {
        kernel.score(records, i, 1, alone);
      }
      for (int count = 1; count <= RECORDS; count++) {
        int from = random.nextInt(4);
        int[] chosen = random.ints(count, 0, RECORDS).toArray();
        long[] addresses = new long[from + count + 3];
        Arrays.fill(addresses, garbage(layout));
        float[] expected = new float[addresses.length];
        Arrays.fill(expected, -1);
        for (int i = 0; i < count; i++) {
          addresses[from + i] = records[chosen[i]];
          expected[from + i] = alone[chosen[i]];
        }
        float[] scores = new float[addresses.length];
        float[] scoresAbove = new float[addresses.length];
        Arrays.fill(scores, -1);
        Arrays.fill(scoresAbove, -1);

        // when
        kernel.score(addresses, from, count, scores);
        int scored =
            kernel.scoreAbove(addresses, from, count, Float.NEGATIVE_INFINITY, scoresAbove);

        // then
        assertThat(scores).as("%s, %d from %d", shape, count, from).containsExactly(expected, SAME);
        assertThat(scoresAbove)
            .as("%s, %d from %d", shape, count, from)
            .containsExactly(expected, SAME);
        assertThat(scored).isEqualTo(count);
      }
    }
  }

  /** The writer may be overwriting some of them. */
  @ParameterizedTest
  @MethodSource("kernels")
  void letsARecordOfGarbageSpoilItsOwnScoreOnly(KernelKind kind, VectorFormat format) {
    // given
    MolShape shape = Examples.shape(3, 5, 15, 17);
    RecordLayout layout = new RecordLayout(shape, format);
    MolKernel kernel = kind.create(layout, Examples.gating(shape, random, 1));
    long[] records = randomRecords(layout, 1);
    kernel.prepare(Examples.query(shape, random));
    float[] expected = new float[RECORDS];
    kernel.score(records, 0, RECORDS, expected);
    float[] scores = new float[RECORDS];
    float[] scoresAbove = new float[RECORDS];
    long[] spoilt = records.clone();
    for (int i = 0; i < RECORDS; i++) {
      if (random.nextBoolean()) {
        spoilt[i] = garbage(layout);
      }
    }

    // when
    kernel.score(spoilt, 0, RECORDS, scores);
    kernel.scoreAbove(spoilt, 0, RECORDS, -1e3f, scoresAbove);

    // then
    for (int i = 0; i < RECORDS; i++) {
      if (spoilt[i] == records[i]) {
        assertThat(scores[i]).isEqualTo(expected[i]);
        assertThat(scoresAbove[i]).isEqualTo(expected[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void scoresOnlyWhatCanReachTheFloor(KernelKind kind, VectorFormat format) {
    // given
    MolShape shape = Examples.shape(2, 3, 8, 17);
    RecordLayout layout = new RecordLayout(shape, format);
    MolKernel kernel = kind.create(layout, Examples.gating(shape, random, 1));
    long[] records = randomRecords(layout, 1);
    int from = 2;
    int count = RECORDS - from;
    float[] full = new float[RECORDS];
    float[] bounds = new float[RECORDS];
    kernel.prepare(Examples.query(shape, random));
    kernel.score(records, from, count, full);
    kernel.bound(records, from, count, bounds);
    float[] floors = Arrays.copyOf(bounds, RECORDS + 2);
    floors[RECORDS] = Float.NEGATIVE_INFINITY;
    floors[RECORDS + 1] = Float.POSITIVE_INFINITY;
    for (float floor : floors) {
      float[] scores = new float[RECORDS];

      // when
      int scored = kernel.scoreAbove(records, from, count, floor, scores);

      // then
      int finite = 0;
      for (int i = from; i < RECORDS; i++) {
        if (bounds[i] >= floor) {
          assertThat(scores[i]).isEqualTo(full[i]);
        } else if (bounds[i] < floor - 2e-3f) {
          assertThat(scores[i]).isEqualTo(Float.NEGATIVE_INFINITY);
        } else {
          assertThat(scores[i]).isIn(full[i], Float.NEGATIVE_INFINITY);
        }
        finite += Float.isFinite(scores[i]) ? 1 : 0;
      }
      assertThat(scored).as("floor %s", floor).isEqualTo(finite);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void readsTheQueryOnce(KernelKind kind, VectorFormat format) {
    // given
    MolShape shape = Examples.shape(5, 3, 17, 31);
    RecordLayout layout = new RecordLayout(shape, format);
    GatingNetwork gating = Examples.gating(shape, random, 1);
    MolKernel kernel = kind.create(layout, gating);
    long[] records = randomRecords(layout, 1);
    MolQuery query = Examples.query(shape, random);
    float[] expected = reference(layout, gating, query, records);
    float[] scores = new float[RECORDS];
    kernel.prepare(Examples.query(shape, random));
    kernel.score(records, 0, RECORDS, scores);

    // when
    kernel.prepare(query);
    Arrays.fill(query.components(), Float.NaN);
    Arrays.fill(query.gate(), Float.NaN);
    kernel.score(records, 0, RECORDS, scores);

    // then
    assertThat(scores).containsExactly(expected, within(1e-4f));
  }

  private float scoreOfOne(
      KernelKind kind,
      RecordLayout layout,
      GatingNetwork gating,
      MolQuery query,
      float[] itemComponents,
      float[] itemGate) {
    MolItem item = new MolItem("a", "", List.of(), true, new float[1], itemComponents, itemGate);
    MolKernel kernel = kind.create(layout, gating);
    float[] scores = new float[1];
    kernel.prepare(query);
    kernel.score(new long[] {place(layout, item, 0)}, 0, 1, scores);
    return scores[0];
  }

  private long[] randomRecords(RecordLayout layout, float gateScale) {
    long[] addresses = new long[RECORDS];
    for (int i = 0; i < RECORDS; i++) {
      MolItem item = Examples.item(layout.shape(), random, "item " + i);
      for (int p = 0; p < layout.shape().logits(); p++) {
        item.gate()[p] *= gateScale;
      }
      addresses[i] = place(layout, item, i % 64);
    }
    return addresses;
  }

  /** Amid NaNs, at an address that need not be aligned. */
  private long place(RecordLayout layout, MolItem item, int shift) {
    byte[] record = Records.bytes(layout, item).array();
    MemorySegment memory = arena.allocate(2L * MARGIN + record.length, 64).fill((byte) 0xFF);
    MemorySegment.copy(record, 0, memory, JAVA_BYTE, MARGIN + shift, record.length);
    return memory.address() + MARGIN + shift;
  }

  private long garbage(RecordLayout layout) {
    return arena.allocate(layout.textOffset()).fill((byte) 0xFF).address();
  }

  private static float[] reference(
      RecordLayout layout, GatingNetwork gating, MolQuery query, long[] records) {
    ReferenceScorer reference = new ReferenceScorer(layout.shape(), gating);
    float[] scores = new float[records.length];
    float[] gate = new float[layout.shape().logits()];
    for (int i = 0; i < records.length; i++) {
      layout.copyGate(records[i], gate, 0);
      scores[i] =
          reference.score(query.components(), query.gate(), components(layout, records[i]), gate);
    }
    return scores;
  }

  private static float[] components(RecordLayout layout, long record) {
    float[] components = new float[layout.shape().itemFloats()];
    layout.copyComponents(record, components, 0);
    return components;
  }

  private static float greatest(float[] values) {
    float greatest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      greatest = Math.max(greatest, value);
    }
    return greatest;
  }
}
