package dev.molstream.experiment;

import java.util.Arrays;

/**
 * How gates π spread over the L logits, gathered pair by pair. Entropies in nats, 0 to log L. One
 * thread.
 */
final class GateStatistics {
  /** A logit whose mean gate is below this share of 1/L is dead. */
  private static final double DEAD_SHARE = 0.1;

  private final double[] sums;
  private double entropies;
  private int pairs;

  /** Of no pairs yet, with so many logits. */
  GateStatistics(int logits) {
    this.sums = new double[logits];
  }

  /** Adds a pair's gates, which sum to 1. */
  void add(double[] gates) {
    for (int p = 0; p < sums.length; p++) {
      sums[p] += gates[p];
    }
    entropies += entropy(gates);
    pairs++;
  }

  /** How many pairs were added. */
  int pairs() {
    return pairs;
  }

  /** H(mean π): log L when all logits are used alike over all pairs. */
  double entropyOfMean() {
    return entropy(mean());
  }

  /** Mean of H(π): 0 when each pair uses one logit. */
  double meanEntropy() {
    return entropies / pairs;
  }

  /**
   * What the pair tells of the logit that is used, {@link #entropyOfMean} − {@link #meanEntropy}.
   */
  double mutualInformation() {
    return entropyOfMean() - meanEntropy();
  }

  /** How many logits have a mean gate below a tenth of 1/L. */
  int dead() {
    return (int) Arrays.stream(mean()).filter(share -> share < DEAD_SHARE / sums.length).count();
  }

  /** Mean gates, greatest first. */
  double[] sortedMean() {
    double[] ascending = mean();
    Arrays.sort(ascending);
    double[] sorted = new double[ascending.length];
    Arrays.setAll(sorted, place -> ascending[ascending.length - 1 - place]);
    return sorted;
  }

  private double[] mean() {
    return Arrays.stream(sums).map(sum -> sum / pairs).toArray();
  }

  private static double entropy(double[] shares) {
    return -Arrays.stream(shares).filter(p -> p > 0).map(p -> p * Math.log(p)).sum();
  }
}
