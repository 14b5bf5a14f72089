package dev.molstream.training.mixture;

/** Matrices one after the other, with room after each row and after the last row of each. */
final class Rows {
  private Rows() {}

  /**
   * Copies [matrices, rows, columns] to [matrices, paddedRows, paddedColumns] times {@code factor},
   * with zeros in the room.
   */
  static float[] padded(
      float[] values, int rows, int columns, int paddedRows, int paddedColumns, float factor) {
    int matrices = values.length / (rows * columns);
    float[] out = new float[matrices * paddedRows * paddedColumns];
    for (int matrix = 0; matrix < matrices; matrix++) {
      for (int row = 0; row < rows; row++) {
        int from = (matrix * rows + row) * columns;
        int to = (matrix * paddedRows + row) * paddedColumns;
        for (int column = 0; column < columns; column++) {
          out[to + column] = values[from + column] * factor;
        }
      }
    }
    return out;
  }

  /** The way back, without the room. */
  static float[] plain(
      float[] values, int rows, int columns, int paddedRows, int paddedColumns, float factor) {
    int matrices = values.length / (paddedRows * paddedColumns);
    float[] out = new float[matrices * rows * columns];
    for (int matrix = 0; matrix < matrices; matrix++) {
      for (int row = 0; row < rows; row++) {
        int from = (matrix * paddedRows + row) * paddedColumns;
        int to = (matrix * rows + row) * columns;
        for (int column = 0; column < columns; column++) {
          out[to + column] = values[from + column] * factor;
        }
      }
    }
    return out;
  }
}
