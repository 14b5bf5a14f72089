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

  private float[] weights = {};
  private final float[] sums = new float[BLOCK_ITEMS];

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
    for (int block = 0; block < blocks; block++) {
      long from = address + (long) block * BLOCK_ITEMS * weights.length;
      for (int lane = 0; lane < BLOCK_ITEMS; lane += GROUP) {
        if (!sum(from + lane, lane, floor)) {
          continue;
        }
        for (int i = lane; i < lane + GROUP; i++) {
          if (sums[i] >= floor) {
            positions[offset + found] = block * BLOCK_ITEMS + i;
            scores[offset + found++] = sums[i];
          }
        }
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
}
