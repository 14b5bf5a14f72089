package dev.molstream.training.evaluation;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a model ranks the target of each user, and what that is worth: users count alike. Two
 * models that ranked the same targets have their users in the same order. Immutable; any thread.
 */
public final class RankingMetrics {
  private final int[] ranks;

  private RankingMetrics(int[] ranks) {
    this.ranks = ranks;
  }

  /**
   * From the rank of each user's target, 1 for the best, 0 where it was not within {@link
   * Metric#DEEPEST}.
   */
  public static RankingMetrics of(int... ranks) {
    for (int rank : ranks) {
      if (rank < 0 || rank > Metric.DEEPEST) {
        throw new IllegalArgumentException(
            "rank " + rank + " is not within 0 to " + Metric.DEEPEST);
      }
    }
    return new RankingMetrics(ranks.clone());
  }

  /** Of several targets per user, as if each were a user's own. */
  public static RankingMetrics ofAll(List<RankingMetrics> rankings) {
    return new RankingMetrics(
        rankings.stream().flatMapToInt(ranking -> Arrays.stream(ranking.ranks)).toArray());
  }

  /** How many users were ranked. */
  public int users() {
    return ranks.length;
  }

  /** The mean over users; 0 when there are none. */
  public double mean(Metric metric) {
    return Arrays.stream(worths(metric)).average().orElse(0);
  }

  /** HR@k: the share of users whose target is among the first k. */
  public double hitRate(int k) {
    return mean(Metric.hitRate(k));
  }

  /** NDCG@k with one relevant item: 1/log2(rank+1) if within k. */
  public double discountedGain(int k) {
    return mean(Metric.discountedGain(k));
  }

  /** MRR: the mean of 1/rank. */
  public double reciprocalRank() {
    return mean(Metric.reciprocalRank());
  }

  /** All figures under the names that the command line prints: "hr@10", "ndcg@10", "mrr", … */
  public Map<String, Double> asMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    for (Metric metric : Metric.ALL) {
      map.put(metric.name(), mean(metric));
    }
    return map;
  }

  /** What each user's rank is worth. */
  public double[] worths(Metric metric) {
    return Arrays.stream(ranks).mapToDouble(metric::worth).toArray();
  }

  /** Some of the users, by their place. */
  RankingMetrics of(BitSet users) {
    return new RankingMetrics(users.stream().map(user -> ranks[user]).toArray());
  }
}
