package dev.molstream.training.mixture;

import dev.molstream.retrieval.kernel.SimdMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * C += A·B, lanes along the columns. Eight rows by two vectors of columns are added up in
 * registers, four by two where a CPU has but 16 of them.
 *
 * <p>An output is one chain of fused multiplications in the order of the inner index, whatever the
 * number of lanes.
 *
 * <p>Long for the sake of its unrolled kernels: an array of vectors would put each into an object.
 * They run along rows of A by ones, which frees them of bounds checks and is worth a third of their
 * pace; so whoever needs a transposed A keeps a copy.
 */
final class MatrixProduct {
  private static final int ROW_STEP = Matrix.ROW_STEP;
  private static final VectorSpecies<Float> SPECIES = SimdMath.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final boolean MANY_REGISTERS = LANES >= 16;

  private MatrixProduct() {}

  /**
   * C += A·B. Rows of A and C are rounded up as {@link Matrix#paddedRows} says, columns of B and C
   * as {@link Matrix#paddedColumns}: what is written there has no meaning.
   *
   * @param a rows × inner, from {@code aFrom}
   * @param b inner × columns, from {@code bFrom}
   * @param c rows × columns, from {@code cFrom}
   */
  static void add(
      Matrix a,
      int aFrom,
      Matrix b,
      int bFrom,
      int inner,
      Matrix c,
      int cFrom,
      int rows,
      int columns) {
    float[] av = a.values();
    float[] bv = b.values();
    float[] cv = c.values();
    int aRow = a.rowStride();
    int bRow = b.rowStride();
    int cRow = c.rowStride();
    for (int column = 0; column < columns; ) {
      int bColumn = bFrom + column;
      boolean two = column + LANES < columns;
      for (int row = 0; row < rows; ) {
        int from = aFrom + row * aRow;
        int to = cFrom + column + row * cRow;
        boolean eight = row + ROW_STEP < rows;
        if (two && eight && MANY_REGISTERS) {
          add8x2(av, from, aRow, inner, bv, bColumn, bRow, cv, to, cRow);
          row += 2 * ROW_STEP;
        } else if (two) {
          add4x2(av, from, aRow, inner, bv, bColumn, bRow, cv, to, cRow);
          row += ROW_STEP;
        } else if (eight) {
          add8x1(av, from, aRow, inner, bv, bColumn, bRow, cv, to, cRow);
          row += 2 * ROW_STEP;
        } else {
          add4x1(av, from, aRow, inner, bv, bColumn, bRow, cv, to, cRow);
          row += ROW_STEP;
        }
      }
      column += two ? 2 * LANES : LANES;
    }
  }

  /** Eight rows by two vectors of columns. */
  private static void add8x2(
      float[] a,
      int aFrom,
      int aRow,
      int inner,
      float[] b,
      int bFrom,
      int bRow,
      float[] c,
      int cFrom,
      int cRow) {
    FloatVector x0 = FloatVector.fromArray(SPECIES, c, cFrom);
    FloatVector y0 = FloatVector.fromArray(SPECIES, c, cFrom + LANES);
    FloatVector x1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow);
    FloatVector y1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow + LANES);
    FloatVector x2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow);
    FloatVector y2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow + LANES);
    FloatVector x3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow);
    FloatVector y3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow + LANES);
    FloatVector x4 = FloatVector.fromArray(SPECIES, c, cFrom + 4 * cRow);
    FloatVector y4 = FloatVector.fromArray(SPECIES, c, cFrom + 4 * cRow + LANES);
    FloatVector x5 = FloatVector.fromArray(SPECIES, c, cFrom + 5 * cRow);
    FloatVector y5 = FloatVector.fromArray(SPECIES, c, cFrom + 5 * cRow + LANES);
    FloatVector x6 = FloatVector.fromArray(SPECIES, c, cFrom + 6 * cRow);
    FloatVector y6 = FloatVector.fromArray(SPECIES, c, cFrom + 6 * cRow + LANES);
    FloatVector x7 = FloatVector.fromArray(SPECIES, c, cFrom + 7 * cRow);
    FloatVector y7 = FloatVector.fromArray(SPECIES, c, cFrom + 7 * cRow + LANES);
    int m = bFrom;
    for (int k = aFrom; k < aFrom + inner; k++) {
      FloatVector x = FloatVector.fromArray(SPECIES, b, m);
      FloatVector y = FloatVector.fromArray(SPECIES, b, m + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[k]);
      x0 = x.fma(a0, x0);
      y0 = y.fma(a0, y0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[k + aRow]);
      x1 = x.fma(a1, x1);
      y1 = y.fma(a1, y1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[k + 2 * aRow]);
      x2 = x.fma(a2, x2);
      y2 = y.fma(a2, y2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[k + 3 * aRow]);
      x3 = x.fma(a3, x3);
      y3 = y.fma(a3, y3);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[k + 4 * aRow]);
      x4 = x.fma(a4, x4);
      y4 = y.fma(a4, y4);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[k + 5 * aRow]);
      x5 = x.fma(a5, x5);
      y5 = y.fma(a5, y5);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[k + 6 * aRow]);
      x6 = x.fma(a6, x6);
      y6 = y.fma(a6, y6);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[k + 7 * aRow]);
      x7 = x.fma(a7, x7);
      y7 = y.fma(a7, y7);
      m += bRow;
    }
    x0.intoArray(c, cFrom);
    y0.intoArray(c, cFrom + LANES);
    x1.intoArray(c, cFrom + cRow);
    y1.intoArray(c, cFrom + cRow + LANES);
    x2.intoArray(c, cFrom + 2 * cRow);
    y2.intoArray(c, cFrom + 2 * cRow + LANES);
    x3.intoArray(c, cFrom + 3 * cRow);
    y3.intoArray(c, cFrom + 3 * cRow + LANES);
    x4.intoArray(c, cFrom + 4 * cRow);
    y4.intoArray(c, cFrom + 4 * cRow + LANES);
    x5.intoArray(c, cFrom + 5 * cRow);
    y5.intoArray(c, cFrom + 5 * cRow + LANES);
    x6.intoArray(c, cFrom + 6 * cRow);
    y6.intoArray(c, cFrom + 6 * cRow + LANES);
    x7.intoArray(c, cFrom + 7 * cRow);
    y7.intoArray(c, cFrom + 7 * cRow + LANES);
  }

  /** Four rows by two vectors of columns. */
  private static void add4x2(
      float[] a,
      int aFrom,
      int aRow,
      int inner,
      float[] b,
      int bFrom,
      int bRow,
      float[] c,
      int cFrom,
      int cRow) {
    FloatVector x0 = FloatVector.fromArray(SPECIES, c, cFrom);
    FloatVector y0 = FloatVector.fromArray(SPECIES, c, cFrom + LANES);
    FloatVector x1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow);
    FloatVector y1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow + LANES);
    FloatVector x2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow);
    FloatVector y2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow + LANES);
    FloatVector x3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow);
    FloatVector y3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow + LANES);
    int m = bFrom;
    for (int k = aFrom; k < aFrom + inner; k++) {
      FloatVector x = FloatVector.fromArray(SPECIES, b, m);
      FloatVector y = FloatVector.fromArray(SPECIES, b, m + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[k]);
      x0 = x.fma(a0, x0);
      y0 = y.fma(a0, y0);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[k + aRow]);
      x1 = x.fma(a1, x1);
      y1 = y.fma(a1, y1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[k + 2 * aRow]);
      x2 = x.fma(a2, x2);
      y2 = y.fma(a2, y2);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[k + 3 * aRow]);
      x3 = x.fma(a3, x3);
      y3 = y.fma(a3, y3);
      m += bRow;
    }
    x0.intoArray(c, cFrom);
    y0.intoArray(c, cFrom + LANES);
    x1.intoArray(c, cFrom + cRow);
    y1.intoArray(c, cFrom + cRow + LANES);
    x2.intoArray(c, cFrom + 2 * cRow);
    y2.intoArray(c, cFrom + 2 * cRow + LANES);
    x3.intoArray(c, cFrom + 3 * cRow);
    y3.intoArray(c, cFrom + 3 * cRow + LANES);
  }

  /** Eight rows by one vector of columns. */
  private static void add8x1(
      float[] a,
      int aFrom,
      int aRow,
      int inner,
      float[] b,
      int bFrom,
      int bRow,
      float[] c,
      int cFrom,
      int cRow) {
    FloatVector x0 = FloatVector.fromArray(SPECIES, c, cFrom);
    FloatVector x1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow);
    FloatVector x2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow);
    FloatVector x3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow);
    FloatVector x4 = FloatVector.fromArray(SPECIES, c, cFrom + 4 * cRow);
    FloatVector x5 = FloatVector.fromArray(SPECIES, c, cFrom + 5 * cRow);
    FloatVector x6 = FloatVector.fromArray(SPECIES, c, cFrom + 6 * cRow);
    FloatVector x7 = FloatVector.fromArray(SPECIES, c, cFrom + 7 * cRow);
    int m = bFrom;
    for (int k = aFrom; k < aFrom + inner; k++) {
      FloatVector x = FloatVector.fromArray(SPECIES, b, m);
      x0 = x.fma(FloatVector.broadcast(SPECIES, a[k]), x0);
      x1 = x.fma(FloatVector.broadcast(SPECIES, a[k + aRow]), x1);
      x2 = x.fma(FloatVector.broadcast(SPECIES, a[k + 2 * aRow]), x2);
      x3 = x.fma(FloatVector.broadcast(SPECIES, a[k + 3 * aRow]), x3);
      x4 = x.fma(FloatVector.broadcast(SPECIES, a[k + 4 * aRow]), x4);
      x5 = x.fma(FloatVector.broadcast(SPECIES, a[k + 5 * aRow]), x5);
      x6 = x.fma(FloatVector.broadcast(SPECIES, a[k + 6 * aRow]), x6);
      x7 = x.fma(FloatVector.broadcast(SPECIES, a[k + 7 * aRow]), x7);
      m += bRow;
    }
    x0.intoArray(c, cFrom);
    x1.intoArray(c, cFrom + cRow);
    x2.intoArray(c, cFrom + 2 * cRow);
    x3.intoArray(c, cFrom + 3 * cRow);
    x4.intoArray(c, cFrom + 4 * cRow);
    x5.intoArray(c, cFrom + 5 * cRow);
    x6.intoArray(c, cFrom + 6 * cRow);
    x7.intoArray(c, cFrom + 7 * cRow);
  }

  /** Four rows by one vector of columns. */
  private static void add4x1(
      float[] a,
      int aFrom,
      int aRow,
      int inner,
      float[] b,
      int bFrom,
      int bRow,
      float[] c,
      int cFrom,
      int cRow) {
    FloatVector x0 = FloatVector.fromArray(SPECIES, c, cFrom);
    FloatVector x1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow);
    FloatVector x2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow);
    FloatVector x3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow);
    int m = bFrom;
    for (int k = aFrom; k < aFrom + inner; k++) {
      FloatVector x = FloatVector.fromArray(SPECIES, b, m);
      x0 = x.fma(FloatVector.broadcast(SPECIES, a[k]), x0);
      x1 = x.fma(FloatVector.broadcast(SPECIES, a[k + aRow]), x1);
      x2 = x.fma(FloatVector.broadcast(SPECIES, a[k + 2 * aRow]), x2);
      x3 = x.fma(FloatVector.broadcast(SPECIES, a[k + 3 * aRow]), x3);
      m += bRow;
    }
    x0.intoArray(c, cFrom);
    x1.intoArray(c, cFrom + cRow);
    x2.intoArray(c, cFrom + 2 * cRow);
    x3.intoArray(c, cFrom + 3 * cRow);
  }
}
