package dev.molstream.training.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How far a mean over users might be off for the chance of which users there were: the percentile
 * bootstrap. Users are drawn with replacement, as many as there are, a thousand times; the middle
 * 95 % of the means is the interval. Seeded, so that equal ranks give equal intervals.
 */
public final class Bootstrap {
  private static final int RESAMPLES = 1000;
  private static final int TAIL = RESAMPLES / 40;
  private static final long SEED = 95;

  private Bootstrap() {}

  /** Bounds of a 95 % confidence interval. */
  public record Interval(double low, double high) {}

  /** Of a model's mean. */
  public static Interval interval(RankingMetrics ranking, Metric metric) {
    return interval(ranking.worths(metric));
  }

  /**
   * Of how much better the first model's mean is than the second's. Paired: each resample has both
   * models' ranks of the same users, so what makes a user hard for both cancels out.
   *
   * @throws IllegalArgumentException when they did not rank as many users
   */
  public static Interval difference(RankingMetrics first, RankingMetrics second, Metric metric) {
    if (first.users() != second.users()) {
      throw new IllegalArgumentException(
          "ranks of " + first.users() + " and of " + second.users() + " users are not paired");
    }
    double[] differences = first.worths(metric);
    double[] worths = second.worths(metric);
    Arrays.setAll(differences, user -> differences[user] - worths[user]);
    return interval(differences);
  }

  private static Interval interval(double[] values) {
    if (values.length == 0) {
      return new Interval(0, 0);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    double[] means = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[resample] = sum / values.length;
    }
    Arrays.sort(means);
    return new Interval(means[TAIL], means[RESAMPLES - 1 - TAIL]);
  }
}
