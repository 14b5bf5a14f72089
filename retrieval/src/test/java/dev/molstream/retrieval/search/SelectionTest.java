package dev.molstream.retrieval.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {
  private final SplittableRandom random = new SplittableRandom(37);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 10, 63, 1000, 100_000})
  void bringsTheBestToTheFront(int count) {
    for (int distinct : new int[] {1, 3, 1_000_000}) {
      for (int best : new int[] {0, 1, count / 10, count / 2, count - 1, count}) {
        // given
        float[] original = new float[count + 5];
        for (int i = 0; i < original.length; i++) {
          original[i] = random.nextInt(distinct) - 10;
        }
        original[random.nextInt(count)] = Float.NEGATIVE_INFINITY;
        float[] values = original.clone();
        int[] companions = IntStream.range(0, values.length).toArray();

        // when
        Selection.bestFirst(values, companions, count, best);

        // then
        assertSelected(original, values, companions, 0, count, best);
      }
    }
  }

  @Test
  void leavesWhatIsOutsideARange() {
    for (int round = 0; round < 300; round++) {
      // given
      int from = random.nextInt(20);
      int count = random.nextInt(1, 60);
      float[] original = new float[from + count + random.nextInt(20)];
      for (int i = 0; i < original.length; i++) {
        original[i] = random.nextInt(30);
      }
      float[] values = original.clone();
      int[] companions = IntStream.range(0, values.length).toArray();
      int best = random.nextInt(count + 1);

      // when
      Selection.bestFirst(values, companions, from, from + count, best);

      // then
      assertSelected(original, values, companions, from, from + count, best);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isFastOnSortedValues(boolean ascending) {
    // given
    int count = 1_000_000;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = ascending ? i : count - i;
    }

    // when
    Selection.bestFirst(values, new int[count], count, 1_000);

    // then
    for (int i = 0; i < 1_000; i++) {
      assertThat(values[i]).isGreaterThanOrEqualTo(count - 1_000);
    }
  }

  private static void assertSelected(
      float[] original, float[] values, int[] companions, int from, int to, int best) {
    float[] sorted = Arrays.copyOfRange(original, from, to);
    Arrays.sort(sorted);
    float[] front = Arrays.copyOfRange(values, from, from + best);
    Arrays.sort(front);
    assertThat(front).isEqualTo(Arrays.copyOfRange(sorted, sorted.length - best, sorted.length));
    int[] places = companions.clone();
    Arrays.sort(places);
    assertThat(places).isEqualTo(IntStream.range(0, values.length).toArray());
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).isEqualTo(original[companions[i]]);
      if (i < from || i >= to) {
        assertThat(companions[i]).isEqualTo(i);
      }
    }
  }
}
