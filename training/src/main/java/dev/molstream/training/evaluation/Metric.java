package dev.molstream.training.evaluation;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the rank of a user's target is worth, from 0 to 1; a model is worth the mean over users.
 * Immutable; any thread.
 */
public final class Metric {
  /** The deepest rank that counts; deeper ones are not looked for and are misses everywhere. */
  public static final int DEEPEST = 200;

  /** All that are reported. */
  public static final List<Metric> ALL =
      Stream.of(
              IntStream.of(1, 5, 10, 20, 50, 100, 200).mapToObj(Metric::hitRate),
              IntStream.of(10, 20, 50, 100, 200).mapToObj(Metric::discountedGain),
              Stream.of(reciprocalRank()))
          .flatMap(metrics -> metrics)
          .toList();

  /** Those to compare models by. */
  public static final List<Metric> CHIEF =
      ALL.stream()
          .filter(metric -> List.of("hr@10", "ndcg@10", "mrr").contains(metric.name))
          .toList();

  private final String name;
  private final int depth;
  private final IntToDoubleFunction worth;

  private Metric(String name, int depth, IntToDoubleFunction worth) {
    if (depth < 1 || depth > DEEPEST) {
      throw new IllegalArgumentException("cutoff " + depth + " is not within 1 to " + DEEPEST);
    }
    this.name = name;
    this.depth = depth;
    this.worth = worth;
  }

  /** HR@k: 1 within the first k. */
  public static Metric hitRate(int k) {
    return new Metric("hr@" + k, k, _ -> 1);
  }

  /** NDCG@k with one relevant item: 1/log2(rank+1) within the first k. */
  public static Metric discountedGain(int k) {
    return new Metric("ndcg@" + k, k, rank -> Math.log(2) / Math.log(rank + 1));
  }

  /** MRR: 1/rank. */
  public static Metric reciprocalRank() {
    return new Metric("mrr", DEEPEST, rank -> 1.0 / rank);
  }

  /** As the command line prints it: "hr@10", "ndcg@10", "mrr". */
  public String name() {
    return name;
  }

  /** What a rank is worth: from 1 for the best; 0 when the target was not found. */
  double worth(int rank) {
    return rank == 0 || rank > depth ? 0 : worth.applyAsDouble(rank);
  }
}
