package dev.molstream.retrieval.partition;

/**
 * Mean and variance of the coordinates of each list's items, so that a search can tell how good the
 * best of a list may be without looking at them. Items that leave a list are not taken out again:
 * they leave the variance as large as it was. Written by the writer, read by searches without
 * synchronisation, as hints.
 */
final class ListStatistics {
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

  /** ⟨weights, mean⟩. */
  float mean(int list, float[] weights, int from) {
    return FloatRows.dot(weights, from, mean, list * dimension, dimension);
  }

  /** Σ weights² · variance: the variance of ⟨weights, coordinates⟩, coordinates uncorrelated. */
  float variance(int list, float[] weights, int from) {
    return FloatRows.dotSquared(weights, from, variance, list * dimension, dimension);
  }

  long retainedBytes() {
    return 8L * mean.length + 4L * seen.length;
  }
}
