package dev.molstream.benchmark.machine;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * How fast one thread multiplies small matrices, as a scorer would: items in lanes, {@value #ROWS}
 * rows times two vectors of items in registers, all in the first caches. No scoring of floats is
 * faster than its products at this rate.
 */
final class MatrixRate {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int ROWS = 4;

  /** Items per product, for any vector up to 512 bits. */
  private static final int ITEMS = 32;

  private static final int OUTPUTS = 64;
  private static final int INNER = 64;
  private static final int PRODUCTS_PER_ROUND = 2_000;
  private static final int ROUNDS = 60;

  private final float[] weights = new float[OUTPUTS * INNER];
  private final float[] inputs = new float[INNER * ITEMS];
  private final float[] outputs = new float[OUTPUTS * ITEMS];

  private MatrixRate() {
    Arrays.fill(weights, 0.01f);
    Arrays.fill(inputs, 0.5f);
  }

  /** Floating-point operations per second, the best of several rounds. */
  static double measure() {
    MatrixRate matrices = new MatrixRate();
    long best = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long started = System.nanoTime();
      for (int i = 0; i < PRODUCTS_PER_ROUND; i++) {
        matrices.multiply();
      }
      best = Math.min(best, System.nanoTime() - started);
    }
    if (Math.abs(matrices.outputs[0] - INNER * 0.005f) > 1e-3f) {
      throw new IllegalStateException("a wrong product: " + matrices.outputs[0]);
    }
    return 2.0 * OUTPUTS * INNER * ITEMS * PRODUCTS_PER_ROUND * 1e9 / best;
  }

  private void multiply() {
    for (int lane = 0; lane < ITEMS; lane += 2 * LANES) {
      for (int row = 0; row < OUTPUTS; row += ROWS) {
        multiply(row, lane);
      }
    }
  }

  private void multiply(int row, int lane) {
    FloatVector sum00 = FloatVector.zero(SPECIES);
    FloatVector sum01 = sum00;
    FloatVector sum10 = sum00;
    FloatVector sum11 = sum00;
    FloatVector sum20 = sum00;
    FloatVector sum21 = sum00;
    FloatVector sum30 = sum00;
    FloatVector sum31 = sum00;
    int w = row * INNER;
    for (int i = lane; i < INNER * ITEMS; i += ITEMS, w += ROWS) {
      FloatVector in0 = FloatVector.fromArray(SPECIES, inputs, i);
      FloatVector in1 = FloatVector.fromArray(SPECIES, inputs, i + LANES);
      FloatVector weight0 = FloatVector.broadcast(SPECIES, weights[w]);
      FloatVector weight1 = FloatVector.broadcast(SPECIES, weights[w + 1]);
      FloatVector weight2 = FloatVector.broadcast(SPECIES, weights[w + 2]);
      FloatVector weight3 = FloatVector.broadcast(SPECIES, weights[w + 3]);
      sum00 = in0.fma(weight0, sum00);
      sum01 = in1.fma(weight0, sum01);
      sum10 = in0.fma(weight1, sum10);
      sum11 = in1.fma(weight1, sum11);
      sum20 = in0.fma(weight2, sum20);
      sum21 = in1.fma(weight2, sum21);
      sum30 = in0.fma(weight3, sum30);
      sum31 = in1.fma(weight3, sum31);
    }
    int o = row * ITEMS + lane;
    sum00.intoArray(outputs, o);
    sum01.intoArray(outputs, o + LANES);
    sum10.intoArray(outputs, o + ITEMS);
    sum11.intoArray(outputs, o + ITEMS + LANES);
    sum20.intoArray(outputs, o + 2 * ITEMS);
    sum21.intoArray(outputs, o + 2 * ITEMS + LANES);
    sum30.intoArray(outputs, o + 3 * ITEMS);
    sum31.intoArray(outputs, o + 3 * ITEMS + LANES);
  }
}
