package dev.molstream.retrieval.mol;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * exp and SiLU on SIMD lanes. The JDK's own {@code lanewise(EXP)} leaves the vector registers on
 * most platforms and costs many times as much.
 */
final class SimdMath {
  private static final float LOG2_E = 1.442695041f;

  // ln 2 in two parts, so that x - n·ln 2 keeps its low bits (Cephes expf).
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  // Beyond these 2ⁿ leaves the range of normal floats.
  private static final float LEAST = -87f;
  private static final float MOST = 88f;

  /** 1.5·2²³: adding it leaves the nearest integer in the low bits of the mantissa. */
  private static final float ROUNDER = 12582912f;

  private static final int MANTISSA_BITS = 23;

  private SimdMath() {}

  /** eˣ with x held within -87 and 88; relative error below 2e-7. */
  static FloatVector exp(FloatVector x, VectorSpecies<Float> species) {
    FloatVector held = x.max(LEAST).min(MOST);
    FloatVector rounded =
        held.fma(FloatVector.broadcast(species, LOG2_E), FloatVector.broadcast(species, ROUNDER));
    FloatVector n = rounded.sub(ROUNDER);
    FloatVector r = n.fma(FloatVector.broadcast(species, -LN2_HIGH), held);
    r = n.fma(FloatVector.broadcast(species, -LN2_LOW), r);
    // Cephes' minimax polynomial of (eʳ - 1 - r) / r² on |r| ≤ ln 2 / 2.
    FloatVector p = FloatVector.broadcast(species, 1.9875691500e-4f);
    p = p.fma(r, FloatVector.broadcast(species, 1.3981999507e-3f));
    p = p.fma(r, FloatVector.broadcast(species, 8.3334519073e-3f));
    p = p.fma(r, FloatVector.broadcast(species, 4.1665795894e-2f));
    p = p.fma(r, FloatVector.broadcast(species, 1.6666665459e-1f));
    p = p.fma(r, FloatVector.broadcast(species, 5.0000001201e-1f));
    p = p.fma(r.mul(r), r.add(1f));
    // p · 2ⁿ: adds n to the exponent bits; the rounder's own bits are shifted out.
    return p.reinterpretAsInts()
        .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS))
        .reinterpretAsFloats();
  }

  /** x / (1 + e⁻ˣ). */
  static FloatVector silu(FloatVector x, VectorSpecies<Float> species) {
    return x.div(exp(x.neg(), species).add(1f));
  }
}
