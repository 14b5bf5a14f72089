package dev.molstream.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ItemScoresTest {
  private static final int ITEMS = 40;

  private final SplittableRandom random = new SplittableRandom(5);

  @Test
  void ranksAsSortingTheWholeCatalogueDoes() {
    int[] counts = random.ints(ITEMS, 0, 4).toArray();
    Popularity popularity = Popularity.of(sequenceOf(counts));
    ItemScores scores = new ItemScores(ITEMS, popularity);
    for (int round = 0; round < 200; round++) {
      double[] expected = new double[ITEMS];
      boolean[] leftOut = new boolean[ITEMS];
      scores.clear();
      for (int i = random.nextInt(30); i > 0; i--) {
        int item = random.nextInt(ITEMS);
        int score = 1 + random.nextInt(3);
        expected[item] += score;
        scores.add(item, score);
      }
      for (int i = random.nextInt(10); i > 0; i--) {
        int item = random.nextInt(ITEMS);
        leftOut[item] = true;
        scores.leaveOut(item);
      }

      List<Integer> sorted =
          IntStream.range(0, ITEMS)
              .boxed()
              .filter(item -> !leftOut[item])
              .sorted(
                  Comparator.comparingDouble((Integer item) -> -expected[item])
                      .thenComparingInt(item -> -counts[item]))
              .toList();
      for (int item = 0; item < ITEMS; item++) {
        assertThat(scores.rank(item)).isEqualTo(1 + sorted.indexOf(item));
      }
    }
  }

  private static LearnedEvents sequenceOf(int[] counts) {
    return new LearnedEvents(
        counts.length,
        List.of(
            IntStream.range(0, counts.length)
                .flatMap(item -> Arrays.stream(new int[counts[item]]).map(_ -> item))
                .toArray()));
  }
}
