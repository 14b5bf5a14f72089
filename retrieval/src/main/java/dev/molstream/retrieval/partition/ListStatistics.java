package dev.molstream.retrieval.partition;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Mean and variance of the coordinates of each list's items, so that a search can tell how good the
 * best of a list may be without looking at them. Items that leave a list are not taken out again:
 * they leave the variance as large as it was. Written by the writer, read by searches without
 * synchronisation, as hints.
 */
final class ListStatistics {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private final int dimension;
  private final float[] mean;
  private final float[] variance;
  private final int[] seen;

  ListStatistics(int lists, int dimension) {
    this.dimension = dimension;
    this.mean = new float[lists * dimension];
    this.variance = new float[lists * dimension];
    this.seen = new int[lists];
  }

  /** Takes in an item (Welford's update). */
  void add(int list, float[] coordinates) {
    // Old items fade once there were many, so that a list that drifts is seen where it is.
    int count = Math.min(++seen[list], 1 << 12);
    int from = list * dimension;
    for (int k = 0; k < dimension; k++) {
      float before = coordinates[k] - mean[from + k];
      mean[from + k] += before / count;
      float after = coordinates[k] - mean[from + k];
      variance[from + k] += (before * after - variance[from + k]) / count;
    }
  }

  /**
   * ⟨weights, mean⟩ + spread·√(Σ weights²·variance): so many deviations above the mean of ⟨weights,
   * coordinates⟩, coordinates uncorrelated.
   */
  float above(int list, float[] weights, int weightsFrom, float spread) {
    int from = list * dimension;
    FloatVector means = FloatVector.zero(SPECIES);
    FloatVector variances = means;
    int lanes = SPECIES.length();
    int k = 0;
    for (; k + lanes <= dimension; k += lanes) {
      FloatVector weight = FloatVector.fromArray(SPECIES, weights, weightsFrom + k);
      means = FloatVector.fromArray(SPECIES, mean, from + k).fma(weight, means);
      variances =
          FloatVector.fromArray(SPECIES, variance, from + k).fma(weight.mul(weight), variances);
    }
    float sum = means.reduceLanes(VectorOperators.ADD);
    float squares = variances.reduceLanes(VectorOperators.ADD);
    for (; k < dimension; k++) {
      float weight = weights[weightsFrom + k];
      sum += weight * mean[from + k];
      squares += weight * weight * variance[from + k];
    }
    return sum + spread * (float) Math.sqrt(Math.max(0, squares));
  }

  long retainedBytes() {
    return 8L * mean.length + 4L * seen.length;
  }
}
