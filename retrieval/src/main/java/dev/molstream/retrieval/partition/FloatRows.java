package dev.molstream.retrieval.partition;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Inner products over rows of a float array. */
final class FloatRows {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private FloatRows() {}

  /** ⟨a[from …], b[other …]⟩ over {@code length} numbers. */
  static float dot(float[] a, int from, float[] b, int other, int length) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    int lanes = SPECIES.length();
    int i = 0;
    for (; i + 2 * lanes <= length; i += 2 * lanes) {
      sum0 =
          FloatVector.fromArray(SPECIES, a, from + i)
              .fma(FloatVector.fromArray(SPECIES, b, other + i), sum0);
      sum1 =
          FloatVector.fromArray(SPECIES, a, from + i + lanes)
              .fma(FloatVector.fromArray(SPECIES, b, other + i + lanes), sum1);
    }
    for (; i + lanes <= length; i += lanes) {
      sum0 =
          FloatVector.fromArray(SPECIES, a, from + i)
              .fma(FloatVector.fromArray(SPECIES, b, other + i), sum0);
    }
    float sum = sum0.add(sum1).reduceLanes(VectorOperators.ADD);
    for (; i < length; i++) {
      sum += a[from + i] * b[other + i];
    }
    return sum;
  }

  /** b[other …] += factor · a[from …]. */
  static void addScaled(float factor, float[] a, int from, float[] b, int other, int length) {
    int lanes = SPECIES.length();
    FloatVector scale = FloatVector.broadcast(SPECIES, factor);
    int i = 0;
    for (; i + lanes <= length; i += lanes) {
      FloatVector.fromArray(SPECIES, a, from + i)
          .fma(scale, FloatVector.fromArray(SPECIES, b, other + i))
          .intoArray(b, other + i);
    }
    for (; i < length; i++) {
      b[other + i] += factor * a[from + i];
    }
  }
}
