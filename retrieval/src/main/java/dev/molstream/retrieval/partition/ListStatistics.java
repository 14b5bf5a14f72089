package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Mean and variance of the coordinates of each list's items, so that a search can tell how good the
 * best of a list may be without looking at them. Of what is in the list now: an item that is
 * written a thousand times counts once, so that it does not hide one that is unlike it. Written by
 * the writer, read by searches without waiting for it: a list that is just being changed promises
 * everything.
 */
final class ListStatistics {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private static final VarHandle VERSION = MethodHandles.arrayElementVarHandle(int[].class);

  private final int dimension;

  /** Doubles, so that what is added and removed leaves nothing behind that matters. */
  private final double[] sum;

  private final double[] squares;
  private final int[] count;

  /** Odd while mean and variance of a list are being written, then greater than before. */
  private final int[] version;

  private final float[] mean;
  private final float[] variance;

  ListStatistics(int lists, int dimension) {
    this.dimension = dimension;
    this.sum = new double[lists * dimension];
    this.squares = new double[lists * dimension];
    this.count = new int[lists];
    this.version = new int[lists];
    this.mean = new float[lists * dimension];
    this.variance = new float[lists * dimension];
  }

  /** Takes in an item. */
  void add(int list, float[] coordinates) {
    change(list, coordinates, 1);
  }

  /** Takes out an item that was added with these coordinates. */
  void remove(int list, float[] coordinates) {
    change(list, coordinates, -1);
  }

  /** Writes what {@link #restore} reads. */
  void save(SnapshotWriter out) throws IOException {
    out.writeInts(count);
    out.writeDoubles(sum);
    out.writeDoubles(squares);
  }

  /** Before other threads: replaces everything by what was saved. */
  void restore(SnapshotReader in) {
    System.arraycopy(in.readInts(), 0, count, 0, count.length);
    System.arraycopy(in.readDoubles(), 0, sum, 0, sum.length);
    System.arraycopy(in.readDoubles(), 0, squares, 0, squares.length);
    for (int list = 0; list < count.length; list++) {
      refresh(list);
    }
  }

  private void change(int list, float[] coordinates, int sign) {
    count[list] += sign;
    int from = list * dimension;
    for (int k = 0; k < dimension; k++) {
      double coordinate = coordinates[k];
      sum[from + k] += sign * coordinate;
      squares[from + k] += sign * coordinate * coordinate;
    }
    refresh(list);
  }

  private void refresh(int list) {
    double share = 1.0 / Math.max(1, count[list]);
    int from = list * dimension;
    int before = version[list];
    VERSION.setOpaque(version, list, before + 1);
    VarHandle.storeStoreFence();
    for (int k = 0; k < dimension; k++) {
      double average = share * sum[from + k];
      mean[from + k] = (float) average;
      variance[from + k] = (float) Math.max(0, share * squares[from + k] - average * average);
    }
    VERSION.setRelease(version, list, before + 2);
  }

  /**
   * ⟨weights, mean⟩ + spread·√(Σ weights²·variance): so many deviations above the mean of ⟨weights,
   * coordinates⟩, coordinates uncorrelated. +∞ when the list is changed meanwhile: the mean from
   * after a change and the variance from before it would hide the only item of a list.
   */
  float above(int list, float[] weights, int weightsFrom, float spread) {
    int before = (int) VERSION.getAcquire(version, list);
    if ((before & 1) != 0) {
      return Float.POSITIVE_INFINITY;
    }
    float promise = abovePresent(list, weights, weightsFrom, spread);
    VarHandle.loadLoadFence();
    int after = (int) VERSION.getOpaque(version, list);
    return after == before ? promise : Float.POSITIVE_INFINITY;
  }

  private float abovePresent(int list, float[] weights, int weightsFrom, float spread) {
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
    return 24L * mean.length + 8L * count.length;
  }
}
