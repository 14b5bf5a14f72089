package dev.molstream.retrieval.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListStatisticsTest {
  private static final int DIMENSION = 19;

  private final SplittableRandom random = new SplittableRandom(29);
  private final ListStatistics statistics = new ListStatistics(3, DIMENSION);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100, 4_000})
  void agreesWithTwoPasses(int count) {
    // given
    float[] rows = Examples.gaussians(random, count * DIMENSION, 2);
    for (int row = 0; row < count; row++) {
      rows[row * DIMENSION] += 10;
    }

    // when
    for (int row = 0; row < count; row++) {
      statistics.add(1, Arrays.copyOfRange(rows, row * DIMENSION, (row + 1) * DIMENSION));
    }

    // then
    float[] weights = Examples.gaussians(random, 3 + DIMENSION, 1);
    double weightedMean = 0;
    double weightedVariance = 0;
    for (int k = 0; k < DIMENSION; k++) {
      double mean = 0;
      for (int row = 0; row < count; row++) {
        mean += rows[row * DIMENSION + k] / (double) count;
      }
      double variance = 0;
      for (int row = 0; row < count; row++) {
        double difference = rows[row * DIMENSION + k] - mean;
        variance += difference * difference / count;
      }
      weightedMean += weights[3 + k] * mean;
      weightedVariance += weights[3 + k] * weights[3 + k] * variance;
    }
    assertThat((double) statistics.above(1, weights, 3, 0)).isCloseTo(weightedMean, within(1e-3));
    assertThat((double) statistics.above(1, weights, 3, 2))
        .isCloseTo(weightedMean + 2 * Math.sqrt(weightedVariance), within(1e-2));
    assertThat(statistics.above(0, weights, 3, 2)).isZero();
  }

  @Test
  void followsAListThatDrifts() {
    // given
    float[] weights = new float[DIMENSION];
    weights[DIMENSION - 1] = 1;
    float[] coordinates = new float[DIMENSION];
    float[] drifted = coordinates.clone();
    drifted[DIMENSION - 1] = 1;
    for (int i = 0; i < 50_000; i++) {
      statistics.add(0, coordinates);
    }

    // when
    for (int i = 0; i < 50_000; i++) {
      statistics.add(0, drifted);
      statistics.remove(0, coordinates);
    }

    // then
    assertThat(statistics.above(0, weights, 0, 0)).isCloseTo(1, within(1e-2f));
    assertThat(statistics.above(0, weights, 0, 1)).isCloseTo(1, within(0.1f));
  }

  @Test
  void promisesWhatAnItemNeedsWhileAnotherComesAndGoes() throws Exception {
    // given: together they have the mean 0, and a variance that makes up for it
    float[] stays = new float[DIMENSION];
    Arrays.fill(stays, 1);
    float[] opposite = new float[DIMENSION];
    Arrays.fill(opposite, -1);
    float[] weights = stays.clone();
    statistics.add(0, stays);

    // when
    float least = Float.POSITIVE_INFINITY;
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<?> writer =
          threads.submit(
              () -> {
                for (int i = 0; i < 5_000_000; i++) {
                  statistics.add(0, opposite);
                  statistics.remove(0, opposite);
                }
              });
      while (!writer.isDone()) {
        least = Math.min(least, statistics.above(0, weights, 0, 5));
      }
      writer.get();
    }

    // then
    assertThat(least).isGreaterThan(DIMENSION - 0.01f);
    assertThat(statistics.above(0, weights, 0, 5)).isCloseTo(DIMENSION, within(0.01f));
  }
}
