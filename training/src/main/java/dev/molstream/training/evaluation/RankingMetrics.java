package dev.molstream.training.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hit rates and the like over users of equal weight (mol.md section 5). A rank is 1 for the best;
 * ranks beyond {@link #DEEPEST} were not looked for and count as misses everywhere.
 */
public final class RankingMetrics {
  /** The deepest rank that counts. */
  public static final int DEEPEST = 200;

  private static final int[] HIT_RATES = {1, 5, 10, 50, 100, 200};
  private static final int[] GAINS = {10, 50};

  private final int[] usersAtRank;
  private final int users;

  private RankingMetrics(int[] usersAtRank, int users) {
    this.usersAtRank = usersAtRank;
    this.users = users;
  }

  /** From the rank of each user's target, 0 where it was not within {@link #DEEPEST}. */
  public static RankingMetrics of(int... ranks) {
    int[] usersAtRank = new int[DEEPEST + 1];
    for (int rank : ranks) {
      if (rank < 0 || rank > DEEPEST) {
        throw new IllegalArgumentException("rank " + rank + " is not within 0 to " + DEEPEST);
      }
      usersAtRank[rank]++;
    }
    return new RankingMetrics(usersAtRank, ranks.length);
  }

  /** How many users were ranked. */
  public int users() {
    return users;
  }

  /** HR@k: the share of users whose target is among the first k. */
  public double hitRate(int k) {
    return mean(k, _ -> 1);
  }

  /** NDCG@k with one relevant item: 1/log2(rank+1) if within k. */
  public double discountedGain(int k) {
    return mean(k, rank -> Math.log(2) / Math.log(rank + 1));
  }

  /** MRR: the mean of 1/rank. */
  public double reciprocalRank() {
    return mean(DEEPEST, rank -> 1.0 / rank);
  }

  /** All figures under the names that the command line prints: "hr@10", "ndcg@10", "mrr", … */
  public Map<String, Double> asMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    for (int k : HIT_RATES) {
      map.put("hr@" + k, hitRate(k));
    }
    for (int k : GAINS) {
      map.put("ndcg@" + k, discountedGain(k));
    }
    map.put("mrr", reciprocalRank());
    return map;
  }

  private interface Worth {
    double of(int rank);
  }

  private double mean(int k, Worth worth) {
    if (k < 1 || k > DEEPEST) {
      throw new IllegalArgumentException("cutoff " + k + " is not within 1 to " + DEEPEST);
    }
    double sum = 0;
    for (int rank = 1; rank <= k; rank++) {
      sum += usersAtRank[rank] * worth.of(rank);
    }
    return users == 0 ? 0 : sum / users;
  }
}
