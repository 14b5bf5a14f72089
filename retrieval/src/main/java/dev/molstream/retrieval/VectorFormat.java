package dev.molstream.retrieval;

/** How the numbers of an item's vectors are held in its record. */
public enum VectorFormat {
  /** IEEE 754 single: what the towers compute. */
  FLOAT32(4),
  /**
   * The upper half of a single, rounded to nearest even (relative error at most 2⁻⁸): half the
   * memory. Every score, the exact search's too, is then that of the rounded vectors.
   */
  BFLOAT16(2);

  private final int bytes;

  VectorFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per number. */
  public int bytes() {
    return bytes;
  }
}
