package dev.molstream.training.mixture;

import dev.molstream.retrieval.kernel.SimdMath;
import java.util.Arrays;

/**
 * An array that is read as a matrix, or as several of one size, one after the other. The sizes that
 * {@link MatrixProduct} rounds up to have room.
 *
 * @param rowStride from one row to the next
 */
@SuppressWarnings("ArrayRecordComponent") // a view
record Matrix(float[] values, int rowStride) {
  /** Rows are computed by so many at a time. */
  static final int ROW_STEP = 4;

  private static final int LANES = SimdMath.SPECIES.length();

  /** Rows with the room after them. */
  static int paddedRows(int rows) {
    return Math.ceilDiv(rows, ROW_STEP) * ROW_STEP;
  }

  /** Columns with the room after them: whole vectors. */
  static int paddedColumns(int columns) {
    return Math.ceilDiv(columns, LANES) * LANES;
  }

  /** Zeros. */
  static Matrix zeros(int rows, int columns) {
    int stride = paddedColumns(columns);
    return new Matrix(new float[paddedRows(rows) * stride], stride);
  }

  /** As many zeros as another has numbers. */
  static Matrix like(Matrix other) {
    return new Matrix(new float[other.values.length], other.rowStride);
  }

  /** Copies [matrices, rows, columns] times {@code factor}. */
  static Matrix of(float[] values, int rows, int columns, float factor) {
    return copy(values, rows, columns, columns, 1, factor);
  }

  /** Copies [matrices, columns, rows]: each matrix is transposed. */
  static Matrix ofTransposed(float[] values, int rows, int columns, float factor) {
    return copy(values, rows, columns, 1, rows, factor);
  }

  private static Matrix copy(
      float[] values, int rows, int columns, int rowStep, int columnStep, float factor) {
    int matrices = values.length / (rows * columns);
    int stride = paddedColumns(columns);
    float[] copy = new float[matrices * paddedRows(rows) * stride];
    for (int matrix = 0; matrix < matrices; matrix++) {
      for (int row = 0; row < rows; row++) {
        int from = matrix * rows * columns + row * rowStep;
        int to = (matrix * paddedRows(rows) + row) * stride;
        for (int column = 0; column < columns; column++) {
          copy[to + column] = values[from + column * columnStep] * factor;
        }
      }
    }
    return new Matrix(copy, stride);
  }

  /** Where one of several matrices of so many rows begins. */
  int start(int matrix, int rows) {
    return matrix * paddedRows(rows) * rowStride;
  }

  /** The way back from {@link #of}. */
  float[] plain(int rows, int columns, float factor) {
    int matrices = values.length / (paddedRows(rows) * rowStride);
    float[] plain = new float[matrices * rows * columns];
    for (int matrix = 0; matrix < matrices; matrix++) {
      for (int row = 0; row < rows; row++) {
        int from = start(matrix, rows) + row * rowStride;
        int to = (matrix * rows + row) * columns;
        for (int column = 0; column < columns; column++) {
          plain[to + column] = values[from + column] * factor;
        }
      }
    }
    return plain;
  }

  /** Sets all numbers. */
  void fill(float value) {
    Arrays.fill(values, value);
  }
}
