package dev.molstream.retrieval.partition;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.MolShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A list against a plain map. */
class CodeListTest {
  private static final int DIMENSION = 5;

  private final SplittableRandom random = new SplittableRandom(23);
  private final MolShape shape = Examples.shape(1, 2, 4, 3);
  private final Projection projection =
      Projection.learn(
          Examples.gaussians(random, 100 * shape.itemFloats(), 1),
          new float[0],
          shape,
          DIMENSION,
          random);
  private final Map<Integer, List<Byte>> model = new HashMap<>();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 64, 65, 1000})
  void holdsTheCodesOfWhatIsIn(int expectedItems) {
    // given
    CodeList list = new CodeList(DIMENSION, expectedItems);

    // when, then
    for (int step = 0; step < 4_000; step++) {
      int slot = random.nextInt(600);
      if (!model.containsKey(slot)) {
        model.put(slot, add(list, slot));
      } else if (step % 3 > 0) {
        assertThat(list.remove(slot)).isTrue();
        model.remove(slot);
      }
      if (step % 100 == 0) {
        assertThat(list.size()).isEqualTo(model.size());
        assertThat(held(list.codes())).isEqualTo(model);
        assertThat(list.usedBlocks()).isLessThanOrEqualTo(list.codes().blocks());
        assertThat(list.remove(600)).isFalse();
      }
    }
  }

  @Test
  void fillsTheGapsThatRemovalsLeave() {
    // given
    CodeList list = new CodeList(DIMENSION, 0);
    for (int slot = 0; slot < 128; slot++) {
      add(list, slot);
    }
    for (int slot = 30; slot < 90; slot++) {
      assertThat(list.remove(slot)).isTrue();
    }

    // when
    for (int slot = 1_000; slot < 1_060; slot++) {
      add(list, slot);
    }

    // then
    assertThat(list.usedBlocks()).isEqualTo(2);
    assertThat(list.size()).isEqualTo(128);
  }

  /** A search may be reading them. */
  @Test
  void leavesTheOldCodesAsTheyAreWhenItGrows() {
    // given
    CodeList list = new CodeList(DIMENSION, 64);
    for (int slot = 0; slot < 64; slot++) {
      model.put(slot, add(list, slot));
    }
    CodeList.Codes before = list.codes();

    // when
    add(list, 64);
    list.remove(7);
    add(list, 65);

    // then
    assertThat(held(before)).isEqualTo(model);
    assertThat(held(list.codes())).hasSize(65).doesNotContainKey(7).containsKeys(6, 64, 65);
  }

  private List<Byte> add(CodeList list, int slot) {
    float[] coordinates = new float[DIMENSION];
    List<Byte> code = new ArrayList<>();
    for (int k = 0; k < DIMENSION; k++) {
      byte number = (byte) random.nextInt(-127, 128);
      coordinates[k] = number * projection.step(k);
      code.add(number);
    }
    list.add(slot, projection, coordinates);
    return code;
  }

  /** The codes in memory by slot. */
  static Map<Integer, List<Byte>> held(CodeList.Codes codes) {
    Map<Integer, List<Byte>> held = new HashMap<>();
    int dimension = (int) (codes.memory().byteSize() / Math.max(1, codes.slots().length));
    for (int lane = 0; lane < codes.slots().length; lane++) {
      if (codes.slots()[lane] >= 0) {
        List<Byte> code = new ArrayList<>();
        for (int k = 0; k < dimension; k++) {
          long block = (long) (lane / 64) * 64 * dimension;
          code.add(codes.memory().get(JAVA_BYTE, block + k * 64L + lane % 64));
        }
        assertThat(held.put(codes.slots()[lane], code)).isNull();
      }
    }
    return held;
  }
}
