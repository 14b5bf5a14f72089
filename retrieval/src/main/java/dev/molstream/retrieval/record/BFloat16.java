package dev.molstream.retrieval.record;

/** The upper half of an IEEE 754 single: sign, 8 bits of exponent, 7 of fraction. */
public final class BFloat16 {
  private BFloat16() {}

  /**
   * The nearest number there is; of two equally near ones that whose last bit is 0. What is nearer
   * to 2¹²⁸ than to the largest one becomes infinite. Not for NaN.
   */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    int lastBit = bits >>> 16 & 1;
    return (short) (bits + 0x7FFF + lastBit >>> 16);
  }

  /** The same number as a single. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The single that {@link #of} and {@link #toFloat} make of a single. */
  public static float round(float value) {
    return toFloat(of(value));
  }
}
