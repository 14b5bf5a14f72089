package dev.molstream.training.mixture;

import java.util.Arrays;

/**
 * A way to read an array as a matrix.
 *
 * @param rowStride from one row to the next
 * @param step from one column to the next
 */
@SuppressWarnings("ArrayRecordComponent") // a view
record Matrix(float[] values, int rowStride, int step) {
  /** Row after row, each {@code rowStride} long. */
  static Matrix of(float[] values, int rowStride) {
    return new Matrix(values, rowStride, 1);
  }

  /** Sets all numbers of the array. */
  void fill(float value) {
    Arrays.fill(values, value);
  }

  /** The same numbers, columns for rows. */
  Matrix transposed() {
    return new Matrix(values, step, rowStride);
  }
}
