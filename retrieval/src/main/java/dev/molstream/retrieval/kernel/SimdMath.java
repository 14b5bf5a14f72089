package dev.molstream.retrieval.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * exp and SiLU over arrays. The JDK's own {@code lanewise(EXP)} leaves the vector registers on most
 * platforms and costs many times as much. Counts must be multiples of the species' length.
 *
 * <p>The species is a constant: handed in as a parameter it would turn vectors into objects.
 */
public final class SimdMath {
  /** The widest vectors there are, up to 512 bits. */
  public static final VectorSpecies<Float> SPECIES =
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

  private static final float STEEPEST = 40f;

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
    exp(sign, in, 0, out, 0, count);
  }

  /** The same from other places than 0. */
  public static void exp(float sign, float[] in, int from, float[] out, int to, int count) {
    for (int i = 0; i < count; i += SPECIES.length()) {
      FloatVector x = FloatVector.fromArray(SPECIES, in, from + i).mul(sign).max(LEAST).min(MOST);
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
          .intoArray(out, to + i);
    }
  }

  /** values = values / (1 + e^-values). */
  public static void silu(float[] values, int count) {
    for (int i = 0; i < count; i += SPECIES.length()) {
      FloatVector value = FloatVector.fromArray(SPECIES, values, i);
      FloatVector x = value.neg().max(LEAST).min(MOST);
      FloatVector rounded =
          x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUNDER));
      FloatVector n = rounded.sub(ROUNDER);
      FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
      r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(SPECIES, 1.9875691500e-4f);
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1.3981999507e-3f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 8.3334519073e-3f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 4.1665795894e-2f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1.6666665459e-1f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 5.0000001201e-1f));
      p = p.fma(r.mul(r), r.add(1f));
      FloatVector exponential =
          p.reinterpretAsInts()
              .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS))
              .reinterpretAsFloats();
      value.div(exponential.add(1f)).intoArray(values, i);
    }
  }

  /**
   * slopes = SiLU′(values), then values = SiLU(values). The sigmoid is held within e^±{@value
   * #STEEPEST}: what is multiplied with slopes should not become subnormal, which costs a hundred
   * times as much.
   */
  public static void siluWithSlope(float[] values, float[] slopes, int count) {
    for (int i = 0; i < count; i += SPECIES.length()) {
      FloatVector value = FloatVector.fromArray(SPECIES, values, i);
      FloatVector x = value.neg().max(-STEEPEST).min(STEEPEST);
      FloatVector rounded =
          x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUNDER));
      FloatVector n = rounded.sub(ROUNDER);
      FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
      r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(SPECIES, 1.9875691500e-4f);
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1.3981999507e-3f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 8.3334519073e-3f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 4.1665795894e-2f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1.6666665459e-1f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 5.0000001201e-1f));
      p = p.fma(r.mul(r), r.add(1f));
      FloatVector exponential =
          p.reinterpretAsInts()
              .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS))
              .reinterpretAsFloats();
      FloatVector one = FloatVector.broadcast(SPECIES, 1f);
      FloatVector sigmoid = one.div(exponential.add(1f));
      FloatVector silu = value.mul(sigmoid);
      // σ·(1 + x·(1 − σ)) = σ + SiLU·(1 − σ)
      one.sub(sigmoid).fma(silu, sigmoid).intoArray(slopes, i);
      silu.intoArray(values, i);
    }
  }

  /**
   * out = shares·(values − mean)·slopes, over {@code count} numbers rounded up to whole vectors;
   * what is nearer to 0 than the limit becomes 0.
   *
   * @param shares 0 beyond the count; like {@code slopes} and {@code out} from {@code from}
   * @param values from {@code valuesFrom}, anything beyond the count
   */
  public static void mixtureSlopes(
      float[] shares,
      float[] slopes,
      int from,
      float[] values,
      int valuesFrom,
      float mean,
      float limit,
      float[] out,
      int count) {
    for (int i = 0; i < count; i += SPECIES.length()) {
      FloatVector slope =
          FloatVector.fromArray(SPECIES, values, valuesFrom + i)
              .sub(mean)
              .mul(FloatVector.fromArray(SPECIES, shares, from + i))
              .mul(FloatVector.fromArray(SPECIES, slopes, from + i));
      slope.blend(0, slope.abs().lt(limit)).intoArray(out, from + i);
    }
  }

  /**
   * Softmax over {@code count} numbers.
   *
   * @param out receives whole vectors, 0 beyond the count
   */
  public static void softmax(float[] in, int from, float[] out, int to, int count) {
    float greatest = max(in, from, count);
    int whole = (count + SPECIES.length() - 1) / SPECIES.length() * SPECIES.length();
    for (int i = 0; i < count; i++) {
      out[to + i] = in[from + i] - greatest;
    }
    for (int i = count; i < whole; i++) {
      out[to + i] = 0;
    }
    exp(1, out, to, out, to, whole);
    float sum = 0;
    for (int i = 0; i < count; i++) {
      sum += out[to + i];
    }
    float share = 1 / sum;
    for (int i = 0; i < count; i++) {
      out[to + i] *= share;
    }
    for (int i = count; i < whole; i++) {
      out[to + i] = 0;
    }
  }

  /** Σ_p softmax(gates)_p · logits_p over {@code count} numbers. */
  public static float mixture(
      float[] gates, int gateFrom, float[] logits, int logitFrom, int count) {
    float greatest = max(gates, gateFrom, count);
    FloatVector weights = FloatVector.zero(SPECIES);
    FloatVector weighted = weights;
    int i = 0;
    for (; i + SPECIES.length() <= count; i += SPECIES.length()) {
      FloatVector x = FloatVector.fromArray(SPECIES, gates, gateFrom + i).sub(greatest).max(LEAST);
      FloatVector rounded =
          x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUNDER));
      FloatVector n = rounded.sub(ROUNDER);
      FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
      r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(SPECIES, 1.9875691500e-4f);
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1.3981999507e-3f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 8.3334519073e-3f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 4.1665795894e-2f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1.6666665459e-1f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 5.0000001201e-1f));
      p = p.fma(r.mul(r), r.add(1f));
      FloatVector weight =
          p.reinterpretAsInts()
              .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA_BITS))
              .reinterpretAsFloats();
      weights = weights.add(weight);
      weighted = weight.fma(FloatVector.fromArray(SPECIES, logits, logitFrom + i), weighted);
    }
    float sum = weights.reduceLanes(VectorOperators.ADD);
    float product = weighted.reduceLanes(VectorOperators.ADD);
    for (; i < count; i++) {
      float weight = (float) Math.exp(gates[gateFrom + i] - greatest);
      sum += weight;
      product += weight * logits[logitFrom + i];
    }
    return product / sum;
  }

  /** The greatest of {@code count} numbers. */
  public static float max(float[] values, int from, int count) {
    FloatVector most = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i + SPECIES.length() <= count; i += SPECIES.length()) {
      most = most.max(FloatVector.fromArray(SPECIES, values, from + i));
    }
    float greatest = most.reduceLanes(VectorOperators.MAX);
    for (; i < count; i++) {
      greatest = Math.max(greatest, values[from + i]);
    }
    return greatest;
  }

  /** values[i] += a[i] · b[i]; reads and writes whole vectors. */
  public static void addProduct(
      float[] values, int from, float[] a, float[] b, int bFrom, int count) {
    for (int i = 0; i < count; i += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, a, i)
          .fma(
              FloatVector.fromArray(SPECIES, b, bFrom + i),
              FloatVector.fromArray(SPECIES, values, from + i))
          .intoArray(values, from + i);
    }
  }
}
