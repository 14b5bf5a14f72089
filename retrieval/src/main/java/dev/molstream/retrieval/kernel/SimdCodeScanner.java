package dev.molstream.retrieval.kernel;

import dev.molstream.retrieval.record.NativeMemory;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Scans with the JDK Vector API: one item per lane, four vectors of them at a time. Bytes become
 * floats in registers; no sum crosses lanes.
 */
final class SimdCodeScanner implements CodeScanner {
  private static final VectorSpecies<Float> SPECIES = SimdMath.SPECIES;
  private static final int LANES = SPECIES.length();

  /** As many bytes as there are lanes. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(
          byte.class, VectorShape.forBitSize(Math.max(64, SPECIES.vectorBitSize() / 4)));

  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /** Lanes that are summed up at a time. */
  private static final int GROUP = Math.min(4 * LANES, BLOCK_ITEMS);

  /** Blocks between two that are summed up together. */
  private static final int APART = 2;

  private float[] weights = {};
  private final float[] sums = new float[2 * BLOCK_ITEMS];

  @Override
  public void prepare(float[] weights) {
    if (this.weights.length != weights.length) {
      this.weights = new float[weights.length];
    }
    System.arraycopy(weights, 0, this.weights, 0, weights.length);
  }

  @Override
  public int scanAbove(
      long address, int blocks, float floor, int[] positions, float[] scores, int offset) {
    int found = 0;
    int block = 0;
    // Memory is read faster from two places at a time. Positions stay in order by group of blocks.
    for (; block + 2 * APART <= blocks; block += 2 * APART) {
      for (int i = block; i < block + APART; i++) {
        found += scanTwo(address, i, floor, positions, scores, offset + found);
      }
    }
    for (; block < blocks; block++) {
      long from = address + (long) block * BLOCK_ITEMS * weights.length;
      for (int lane = 0; lane < BLOCK_ITEMS; lane += GROUP) {
        if (sum(from + lane, lane, floor)) {
          found += keep(block, lane, lane, floor, positions, scores, offset + found);
        }
      }
    }
    return found;
  }

  /** The block and the one {@link #APART} blocks further on. */
  private int scanTwo(
      long address, int block, float floor, int[] positions, float[] scores, int offset) {
    long from = address + (long) block * BLOCK_ITEMS * weights.length;
    long other = from + (long) APART * BLOCK_ITEMS * weights.length;
    int found = 0;
    for (int lane = 0; lane < BLOCK_ITEMS; lane += GROUP) {
      if (sumTwo(from + lane, other + lane, lane, floor)) {
        found += keep(block, lane, lane, floor, positions, scores, offset + found);
        found +=
            keep(block + APART, lane, BLOCK_ITEMS + lane, floor, positions, scores, offset + found);
      }
    }
    return found;
  }

  /** Of a group of lanes, those whose sum reaches the floor; how many. */
  private int keep(
      int block, int lane, int sumsFrom, float floor, int[] positions, float[] scores, int offset) {
    int found = 0;
    for (int i = 0; i < GROUP; i++) {
      float sum = sums[sumsFrom + i];
      if (sum >= floor) {
        positions[offset + found] = block * BLOCK_ITEMS + lane + i;
        scores[offset + found++] = sum;
      }
    }
    return found;
  }

  /** Sums up a group of lanes; false when none reaches the floor, and then they are not written. */
  private boolean sum(long from, int lane, float floor) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    long at = from;
    for (int k = 0; k < weights.length; k++, at += BLOCK_ITEMS) {
      FloatVector weight = FloatVector.broadcast(SPECIES, weights[k]);
      FloatVector code0 =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, at, ORDER)
                  .castShape(SPECIES, 0);
      FloatVector code1 =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, at + LANES, ORDER)
                  .castShape(SPECIES, 0);
      FloatVector code2 =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, at + 2L * LANES, ORDER)
                  .castShape(SPECIES, 0);
      FloatVector code3 =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, at + 3L * LANES, ORDER)
                  .castShape(SPECIES, 0);
      sum0 = code0.fma(weight, sum0);
      sum1 = code1.fma(weight, sum1);
      sum2 = code2.fma(weight, sum2);
      sum3 = code3.fma(weight, sum3);
    }
    if (!sum0.max(sum1).max(sum2.max(sum3)).compare(VectorOperators.GE, floor).anyTrue()) {
      return false;
    }
    sum0.intoArray(sums, lane);
    sum1.intoArray(sums, lane + LANES);
    sum2.intoArray(sums, lane + 2 * LANES);
    sum3.intoArray(sums, lane + 3 * LANES);
    return true;
  }

  /** The same of two blocks; the sums of the second are written {@value #BLOCK_ITEMS} later. */
  private boolean sumTwo(long from, long other, int lane, float floor) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector other0 = sum0;
    FloatVector other1 = sum0;
    FloatVector other2 = sum0;
    FloatVector other3 = sum0;
    long at = from;
    long otherAt = other;
    for (int k = 0; k < weights.length; k++, at += BLOCK_ITEMS, otherAt += BLOCK_ITEMS) {
      FloatVector weight = FloatVector.broadcast(SPECIES, weights[k]);
      sum0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, at + 0L * LANES, ORDER)
                      .castShape(SPECIES, 0))
              .fma(weight, sum0);
      other0 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, otherAt + 0L * LANES, ORDER)
                      .castShape(SPECIES, 0))
              .fma(weight, other0);
      sum1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, at + 1L * LANES, ORDER)
                      .castShape(SPECIES, 0))
              .fma(weight, sum1);
      other1 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, otherAt + 1L * LANES, ORDER)
                      .castShape(SPECIES, 0))
              .fma(weight, other1);
      sum2 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, at + 2L * LANES, ORDER)
                      .castShape(SPECIES, 0))
              .fma(weight, sum2);
      other2 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, otherAt + 2L * LANES, ORDER)
                      .castShape(SPECIES, 0))
              .fma(weight, other2);
      sum3 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, at + 3L * LANES, ORDER)
                      .castShape(SPECIES, 0))
              .fma(weight, sum3);
      other3 =
          ((FloatVector)
                  ByteVector.fromMemorySegment(BYTES, NativeMemory.ALL, otherAt + 3L * LANES, ORDER)
                      .castShape(SPECIES, 0))
              .fma(weight, other3);
    }
    FloatVector most =
        sum0.max(sum1).max(sum2.max(sum3)).max(other0.max(other1).max(other2.max(other3)));
    if (!most.compare(VectorOperators.GE, floor).anyTrue()) {
      return false;
    }
    sum0.intoArray(sums, lane + 0 * LANES);
    sum1.intoArray(sums, lane + 1 * LANES);
    sum2.intoArray(sums, lane + 2 * LANES);
    sum3.intoArray(sums, lane + 3 * LANES);
    other0.intoArray(sums, BLOCK_ITEMS + lane + 0 * LANES);
    other1.intoArray(sums, BLOCK_ITEMS + lane + 1 * LANES);
    other2.intoArray(sums, BLOCK_ITEMS + lane + 2 * LANES);
    other3.intoArray(sums, BLOCK_ITEMS + lane + 3 * LANES);
    return true;
  }
}
