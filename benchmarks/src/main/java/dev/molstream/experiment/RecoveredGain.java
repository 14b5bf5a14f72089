package dev.molstream.experiment;

import dev.molstream.training.Split;
import dev.molstream.training.evaluation.Bootstrap.Interval;
import dev.molstream.training.evaluation.Metric;
import dev.molstream.training.evaluation.RankingMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which share of what a new model gains over an old one another model has, too, and how far off
 * that might be for the chance of which users there were: the 95 % percentile bootstrap over users,
 * each with all targets. Seeded; any thread.
 */
final class RecoveredGain {
  private static final int RESAMPLES = 1000;
  private static final long SEED = 95;

  // Per user: what the new model, and what the other one gains over the old one.
  private final double[] whole;
  private final double[] part;

  private RecoveredGain(double[] whole, double[] part) {
    this.whole = whole;
    this.part = part;
  }

  /**
   * Of a metric, averaged over all targets of all models' seeds.
   *
   * @param targets several per user, in the order in which they were ranked
   * @param models a ranking of these targets by the old, the new, and the other model, for each
   *     seed
   */
  static RecoveredGain of(Metric metric, List<Split.Targets> targets, List<Rankings> models) {
    int[] users = targets.stream().flatMapToInt(Split.Targets::users).toArray();
    int[] places = Arrays.stream(users).distinct().sorted().toArray();
    double[] whole = new double[places.length];
    double[] part = new double[places.length];
    for (Rankings seed : models) {
      double[] old = seed.old().worths(metric);
      double[] anew = seed.anew().worths(metric);
      double[] tuned = seed.tuned().worths(metric);
      for (int i = 0; i < users.length; i++) {
        int place = Arrays.binarySearch(places, users[i]);
        whole[place] += anew[i] - old[i];
        part[place] += tuned[i] - old[i];
      }
    }
    return new RecoveredGain(whole, part);
  }

  /** How three models rank the same targets. */
  record Rankings(RankingMetrics old, RankingMetrics anew, RankingMetrics tuned) {}

  /** 1 when the other model is as good as the new one; NaN when the new one gains nothing. */
  double share() {
    return share(IntStream.range(0, whole.length));
  }

  /** What the share may be; resamples in which the new model gains nothing count as infinite. */
  Interval interval() {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] shares = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double share =
          share(IntStream.generate(() -> random.nextInt(whole.length)).limit(whole.length));
      shares[resample] = Double.isNaN(share) ? Double.POSITIVE_INFINITY : share;
    }
    Arrays.sort(shares);
    int tail = RESAMPLES / 40;
    return new Interval(shares[tail], shares[RESAMPLES - 1 - tail]);
  }

  private double share(IntStream users) {
    double[] sums = new double[2];
    users.forEach(
        user -> {
          sums[0] += whole[user];
          sums[1] += part[user];
        });
    return sums[0] > 0 ? sums[1] / sums[0] : Double.NaN;
  }
}
