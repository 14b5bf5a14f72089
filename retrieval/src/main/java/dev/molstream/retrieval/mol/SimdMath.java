package dev.molstream.retrieval.mol;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * exp and SiLU over arrays. The JDK's own {@code lanewise(EXP)} leaves the vector registers on most
 * platforms and costs many times as much. Counts must be multiples of the species' length.
 *
 * <p>The species is a constant: handed in as a parameter it would turn vectors into objects.
 */
final class SimdMath {
  /** The widest vectors of which two fit into a tile. */
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() <= FloatVector.SPECIES_512.length()
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;

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

  /**
   * out = e^(sign·in), with the exponent held within -87 and 88; relative error below 2e-7.
   *
   * @param out may be {@code in}
   */
  static void exp(float sign, float[] in, float[] out, int count) {
    for (int i = 0; i < count; i += SPECIES.length()) {
      FloatVector x = FloatVector.fromArray(SPECIES, in, i).mul(sign).max(LEAST).min(MOST);
      FloatVector rounded =
          x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUNDER));
      FloatVector n = rounded.sub(ROUNDER);
      FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
      r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
      // Cephes' minimax polynomial of (eʳ - 1 - r) / r² on |r| ≤ ln 2 / 2.
      FloatVector p = FloatVector.broadcast(SPECIES, 1.9875691500e-4f);
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1.3981999507e-3f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 8.3334519073e-3f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 4.1665795894e-2f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1.6666665459e-1f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 5.0000001201e-1f));
      p = p.fma(r.mul(r), r.add(1f));
      // p · 2ⁿ: adds n to the exponent bits; the rounder's own bits are shifted out.
      p.reinterpretAsInts()
          .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS))
          .reinterpretAsFloats()
          .intoArray(out, i);
    }
  }

  /**
   * values = values / (1 + e^-values).
   *
   * @param scratch at least {@code count} floats, overwritten
   */
  static void silu(float[] values, float[] scratch, int count) {
    exp(-1, values, scratch, count);
    for (int i = 0; i < count; i += SPECIES.length()) {
      FloatVector divisor = FloatVector.fromArray(SPECIES, scratch, i).add(1f);
      FloatVector.fromArray(SPECIES, values, i).div(divisor).intoArray(values, i);
    }
  }
}
