package dev.molstream.training.mixture;

import dev.molstream.retrieval.kernel.SimdMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * C += A·B, lanes along the columns. Sums stay in registers: four rows by four vectors of columns,
 * or eight by two where there are no more columns; with 16 registers instead of 32, four by two.
 *
 * <p>An output is one chain of fused multiplications in the order of the inner index, whatever the
 * number of lanes.
 *
 * <p>Long for the sake of its unrolled kernels: an array of vectors would put each into an object.
 */
final class MatrixProduct {
  /** Rows are computed by so many at a time. */
  static final int ROW_STEP = 4;

  private static final VectorSpecies<Float> SPECIES = SimdMath.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final boolean MANY_REGISTERS = LANES >= 16;

  private MatrixProduct() {}

  /** Rows that are read and written: rows, rounded up. */
  static int paddedRows(int rows) {
    return Math.ceilDiv(rows, ROW_STEP) * ROW_STEP;
  }

  /** Columns that are read and written: columns, rounded up to whole vectors. */
  static int paddedColumns(int columns) {
    return Math.ceilDiv(columns, LANES) * LANES;
  }

  /**
   * C += A·B. Rows of A and C are rounded up to a multiple of {@link #ROW_STEP}, columns of B and C
   * to whole vectors: there must be room for them, and what is written there has no meaning.
   *
   * @param a rows × inner, from {@code aFrom}
   * @param b inner × columns, from {@code bFrom}; its step is 1
   * @param c rows × columns, from {@code cFrom}; its step is 1
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
    int vectors = Math.ceilDiv(columns, LANES);
    for (int vector = 0; vector < vectors; ) {
      int left = vectors - vector;
      int width = left >= 4 && MANY_REGISTERS ? 4 : left >= 2 ? 2 : 1;
      int bColumn = bFrom + vector * LANES;
      int cColumn = cFrom + vector * LANES;
      for (int row = 0; row < rows; ) {
        row +=
            addTile(
                a,
                aFrom + row * a.rowStride(),
                b,
                bColumn,
                inner,
                c,
                cColumn + row * c.rowStride(),
                width,
                rows - row);
      }
      vector += width;
    }
  }

  /** Computes a tile and returns how many rows it has. */
  private static int addTile(
      Matrix a,
      int aFrom,
      Matrix b,
      int bFrom,
      int inner,
      Matrix c,
      int cFrom,
      int width,
      int rows) {
    float[] av = a.values();
    float[] bv = b.values();
    float[] cv = c.values();
    int aRow = a.rowStride();
    int aStep = a.step();
    int bRow = b.rowStride();
    int cRow = c.rowStride();
    boolean eight = rows > ROW_STEP;
    if (width == 4) {
      add4x4(av, aFrom, aRow, aStep, bv, bFrom, bRow, inner, cv, cFrom, cRow);
      return 4;
    }
    if (width == 2 && eight && MANY_REGISTERS) {
      add8x2(av, aFrom, aRow, aStep, bv, bFrom, bRow, inner, cv, cFrom, cRow);
      return 8;
    }
    if (width == 2) {
      add4x2(av, aFrom, aRow, aStep, bv, bFrom, bRow, inner, cv, cFrom, cRow);
      return 4;
    }
    if (eight) {
      add8x1(av, aFrom, aRow, aStep, bv, bFrom, bRow, inner, cv, cFrom, cRow);
      return 8;
    }
    add4x1(av, aFrom, aRow, aStep, bv, bFrom, bRow, inner, cv, cFrom, cRow);
    return 4;
  }

  /** Four rows by 4 vectors of columns. */
  private static void add4x4(
      float[] a,
      int aFrom,
      int aRow,
      int aStep,
      float[] b,
      int bFrom,
      int bRow,
      int inner,
      float[] c,
      int cFrom,
      int cRow) {
    FloatVector w0 = FloatVector.fromArray(SPECIES, c, cFrom);
    FloatVector x0 = FloatVector.fromArray(SPECIES, c, cFrom + LANES);
    FloatVector y0 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * LANES);
    FloatVector z0 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * LANES);
    FloatVector w1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow);
    FloatVector x1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow + LANES);
    FloatVector y1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow + 2 * LANES);
    FloatVector z1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow + 3 * LANES);
    FloatVector w2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow);
    FloatVector x2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow + LANES);
    FloatVector y2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow + 2 * LANES);
    FloatVector z2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow + 3 * LANES);
    FloatVector w3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow);
    FloatVector x3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow + LANES);
    FloatVector y3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow + 2 * LANES);
    FloatVector z3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow + 3 * LANES);
    int i = aFrom;
    int m = bFrom;
    for (int k = 0; k < inner; k++) {
      FloatVector w = FloatVector.fromArray(SPECIES, b, m);
      FloatVector x = FloatVector.fromArray(SPECIES, b, m + LANES);
      FloatVector y = FloatVector.fromArray(SPECIES, b, m + 2 * LANES);
      FloatVector z = FloatVector.fromArray(SPECIES, b, m + 3 * LANES);
      FloatVector row0 = FloatVector.broadcast(SPECIES, a[i]);
      w0 = w.fma(row0, w0);
      x0 = x.fma(row0, x0);
      y0 = y.fma(row0, y0);
      z0 = z.fma(row0, z0);
      FloatVector row1 = FloatVector.broadcast(SPECIES, a[i + aRow]);
      w1 = w.fma(row1, w1);
      x1 = x.fma(row1, x1);
      y1 = y.fma(row1, y1);
      z1 = z.fma(row1, z1);
      FloatVector row2 = FloatVector.broadcast(SPECIES, a[i + 2 * aRow]);
      w2 = w.fma(row2, w2);
      x2 = x.fma(row2, x2);
      y2 = y.fma(row2, y2);
      z2 = z.fma(row2, z2);
      FloatVector row3 = FloatVector.broadcast(SPECIES, a[i + 3 * aRow]);
      w3 = w.fma(row3, w3);
      x3 = x.fma(row3, x3);
      y3 = y.fma(row3, y3);
      z3 = z.fma(row3, z3);
      i += aStep;
      m += bRow;
    }
    w0.intoArray(c, cFrom);
    x0.intoArray(c, cFrom + LANES);
    y0.intoArray(c, cFrom + 2 * LANES);
    z0.intoArray(c, cFrom + 3 * LANES);
    w1.intoArray(c, cFrom + cRow);
    x1.intoArray(c, cFrom + cRow + LANES);
    y1.intoArray(c, cFrom + cRow + 2 * LANES);
    z1.intoArray(c, cFrom + cRow + 3 * LANES);
    w2.intoArray(c, cFrom + 2 * cRow);
    x2.intoArray(c, cFrom + 2 * cRow + LANES);
    y2.intoArray(c, cFrom + 2 * cRow + 2 * LANES);
    z2.intoArray(c, cFrom + 2 * cRow + 3 * LANES);
    w3.intoArray(c, cFrom + 3 * cRow);
    x3.intoArray(c, cFrom + 3 * cRow + LANES);
    y3.intoArray(c, cFrom + 3 * cRow + 2 * LANES);
    z3.intoArray(c, cFrom + 3 * cRow + 3 * LANES);
  }

  /** Eight rows by 2 vectors of columns. */
  private static void add8x2(
      float[] a,
      int aFrom,
      int aRow,
      int aStep,
      float[] b,
      int bFrom,
      int bRow,
      int inner,
      float[] c,
      int cFrom,
      int cRow) {
    FloatVector w0 = FloatVector.fromArray(SPECIES, c, cFrom);
    FloatVector x0 = FloatVector.fromArray(SPECIES, c, cFrom + LANES);
    FloatVector w1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow);
    FloatVector x1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow + LANES);
    FloatVector w2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow);
    FloatVector x2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow + LANES);
    FloatVector w3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow);
    FloatVector x3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow + LANES);
    FloatVector w4 = FloatVector.fromArray(SPECIES, c, cFrom + 4 * cRow);
    FloatVector x4 = FloatVector.fromArray(SPECIES, c, cFrom + 4 * cRow + LANES);
    FloatVector w5 = FloatVector.fromArray(SPECIES, c, cFrom + 5 * cRow);
    FloatVector x5 = FloatVector.fromArray(SPECIES, c, cFrom + 5 * cRow + LANES);
    FloatVector w6 = FloatVector.fromArray(SPECIES, c, cFrom + 6 * cRow);
    FloatVector x6 = FloatVector.fromArray(SPECIES, c, cFrom + 6 * cRow + LANES);
    FloatVector w7 = FloatVector.fromArray(SPECIES, c, cFrom + 7 * cRow);
    FloatVector x7 = FloatVector.fromArray(SPECIES, c, cFrom + 7 * cRow + LANES);
    int i = aFrom;
    int m = bFrom;
    for (int k = 0; k < inner; k++) {
      FloatVector w = FloatVector.fromArray(SPECIES, b, m);
      FloatVector x = FloatVector.fromArray(SPECIES, b, m + LANES);
      FloatVector row0 = FloatVector.broadcast(SPECIES, a[i]);
      w0 = w.fma(row0, w0);
      x0 = x.fma(row0, x0);
      FloatVector row1 = FloatVector.broadcast(SPECIES, a[i + aRow]);
      w1 = w.fma(row1, w1);
      x1 = x.fma(row1, x1);
      FloatVector row2 = FloatVector.broadcast(SPECIES, a[i + 2 * aRow]);
      w2 = w.fma(row2, w2);
      x2 = x.fma(row2, x2);
      FloatVector row3 = FloatVector.broadcast(SPECIES, a[i + 3 * aRow]);
      w3 = w.fma(row3, w3);
      x3 = x.fma(row3, x3);
      FloatVector row4 = FloatVector.broadcast(SPECIES, a[i + 4 * aRow]);
      w4 = w.fma(row4, w4);
      x4 = x.fma(row4, x4);
      FloatVector row5 = FloatVector.broadcast(SPECIES, a[i + 5 * aRow]);
      w5 = w.fma(row5, w5);
      x5 = x.fma(row5, x5);
      FloatVector row6 = FloatVector.broadcast(SPECIES, a[i + 6 * aRow]);
      w6 = w.fma(row6, w6);
      x6 = x.fma(row6, x6);
      FloatVector row7 = FloatVector.broadcast(SPECIES, a[i + 7 * aRow]);
      w7 = w.fma(row7, w7);
      x7 = x.fma(row7, x7);
      i += aStep;
      m += bRow;
    }
    w0.intoArray(c, cFrom);
    x0.intoArray(c, cFrom + LANES);
    w1.intoArray(c, cFrom + cRow);
    x1.intoArray(c, cFrom + cRow + LANES);
    w2.intoArray(c, cFrom + 2 * cRow);
    x2.intoArray(c, cFrom + 2 * cRow + LANES);
    w3.intoArray(c, cFrom + 3 * cRow);
    x3.intoArray(c, cFrom + 3 * cRow + LANES);
    w4.intoArray(c, cFrom + 4 * cRow);
    x4.intoArray(c, cFrom + 4 * cRow + LANES);
    w5.intoArray(c, cFrom + 5 * cRow);
    x5.intoArray(c, cFrom + 5 * cRow + LANES);
    w6.intoArray(c, cFrom + 6 * cRow);
    x6.intoArray(c, cFrom + 6 * cRow + LANES);
    w7.intoArray(c, cFrom + 7 * cRow);
    x7.intoArray(c, cFrom + 7 * cRow + LANES);
  }

  /** Four rows by 2 vectors of columns. */
  private static void add4x2(
      float[] a,
      int aFrom,
      int aRow,
      int aStep,
      float[] b,
      int bFrom,
      int bRow,
      int inner,
      float[] c,
      int cFrom,
      int cRow) {
    FloatVector w0 = FloatVector.fromArray(SPECIES, c, cFrom);
    FloatVector x0 = FloatVector.fromArray(SPECIES, c, cFrom + LANES);
    FloatVector w1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow);
    FloatVector x1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow + LANES);
    FloatVector w2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow);
    FloatVector x2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow + LANES);
    FloatVector w3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow);
    FloatVector x3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow + LANES);
    int i = aFrom;
    int m = bFrom;
    for (int k = 0; k < inner; k++) {
      FloatVector w = FloatVector.fromArray(SPECIES, b, m);
      FloatVector x = FloatVector.fromArray(SPECIES, b, m + LANES);
      FloatVector row0 = FloatVector.broadcast(SPECIES, a[i]);
      w0 = w.fma(row0, w0);
      x0 = x.fma(row0, x0);
      FloatVector row1 = FloatVector.broadcast(SPECIES, a[i + aRow]);
      w1 = w.fma(row1, w1);
      x1 = x.fma(row1, x1);
      FloatVector row2 = FloatVector.broadcast(SPECIES, a[i + 2 * aRow]);
      w2 = w.fma(row2, w2);
      x2 = x.fma(row2, x2);
      FloatVector row3 = FloatVector.broadcast(SPECIES, a[i + 3 * aRow]);
      w3 = w.fma(row3, w3);
      x3 = x.fma(row3, x3);
      i += aStep;
      m += bRow;
    }
    w0.intoArray(c, cFrom);
    x0.intoArray(c, cFrom + LANES);
    w1.intoArray(c, cFrom + cRow);
    x1.intoArray(c, cFrom + cRow + LANES);
    w2.intoArray(c, cFrom + 2 * cRow);
    x2.intoArray(c, cFrom + 2 * cRow + LANES);
    w3.intoArray(c, cFrom + 3 * cRow);
    x3.intoArray(c, cFrom + 3 * cRow + LANES);
  }

  /** Eight rows by one vector of columns. */
  private static void add8x1(
      float[] a,
      int aFrom,
      int aRow,
      int aStep,
      float[] b,
      int bFrom,
      int bRow,
      int inner,
      float[] c,
      int cFrom,
      int cRow) {
    FloatVector w0 = FloatVector.fromArray(SPECIES, c, cFrom);
    FloatVector w1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow);
    FloatVector w2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow);
    FloatVector w3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow);
    FloatVector w4 = FloatVector.fromArray(SPECIES, c, cFrom + 4 * cRow);
    FloatVector w5 = FloatVector.fromArray(SPECIES, c, cFrom + 5 * cRow);
    FloatVector w6 = FloatVector.fromArray(SPECIES, c, cFrom + 6 * cRow);
    FloatVector w7 = FloatVector.fromArray(SPECIES, c, cFrom + 7 * cRow);
    int i = aFrom;
    int m = bFrom;
    for (int k = 0; k < inner; k++) {
      FloatVector w = FloatVector.fromArray(SPECIES, b, m);
      FloatVector row0 = FloatVector.broadcast(SPECIES, a[i]);
      w0 = w.fma(row0, w0);
      FloatVector row1 = FloatVector.broadcast(SPECIES, a[i + aRow]);
      w1 = w.fma(row1, w1);
      FloatVector row2 = FloatVector.broadcast(SPECIES, a[i + 2 * aRow]);
      w2 = w.fma(row2, w2);
      FloatVector row3 = FloatVector.broadcast(SPECIES, a[i + 3 * aRow]);
      w3 = w.fma(row3, w3);
      FloatVector row4 = FloatVector.broadcast(SPECIES, a[i + 4 * aRow]);
      w4 = w.fma(row4, w4);
      FloatVector row5 = FloatVector.broadcast(SPECIES, a[i + 5 * aRow]);
      w5 = w.fma(row5, w5);
      FloatVector row6 = FloatVector.broadcast(SPECIES, a[i + 6 * aRow]);
      w6 = w.fma(row6, w6);
      FloatVector row7 = FloatVector.broadcast(SPECIES, a[i + 7 * aRow]);
      w7 = w.fma(row7, w7);
      i += aStep;
      m += bRow;
    }
    w0.intoArray(c, cFrom);
    w1.intoArray(c, cFrom + cRow);
    w2.intoArray(c, cFrom + 2 * cRow);
    w3.intoArray(c, cFrom + 3 * cRow);
    w4.intoArray(c, cFrom + 4 * cRow);
    w5.intoArray(c, cFrom + 5 * cRow);
    w6.intoArray(c, cFrom + 6 * cRow);
    w7.intoArray(c, cFrom + 7 * cRow);
  }

  /** Four rows by one vector of columns. */
  private static void add4x1(
      float[] a,
      int aFrom,
      int aRow,
      int aStep,
      float[] b,
      int bFrom,
      int bRow,
      int inner,
      float[] c,
      int cFrom,
      int cRow) {
    FloatVector w0 = FloatVector.fromArray(SPECIES, c, cFrom);
    FloatVector w1 = FloatVector.fromArray(SPECIES, c, cFrom + cRow);
    FloatVector w2 = FloatVector.fromArray(SPECIES, c, cFrom + 2 * cRow);
    FloatVector w3 = FloatVector.fromArray(SPECIES, c, cFrom + 3 * cRow);
    int i = aFrom;
    int m = bFrom;
    for (int k = 0; k < inner; k++) {
      FloatVector w = FloatVector.fromArray(SPECIES, b, m);
      FloatVector row0 = FloatVector.broadcast(SPECIES, a[i]);
      w0 = w.fma(row0, w0);
      FloatVector row1 = FloatVector.broadcast(SPECIES, a[i + aRow]);
      w1 = w.fma(row1, w1);
      FloatVector row2 = FloatVector.broadcast(SPECIES, a[i + 2 * aRow]);
      w2 = w.fma(row2, w2);
      FloatVector row3 = FloatVector.broadcast(SPECIES, a[i + 3 * aRow]);
      w3 = w.fma(row3, w3);
      i += aStep;
      m += bRow;
    }
    w0.intoArray(c, cFrom);
    w1.intoArray(c, cFrom + cRow);
    w2.intoArray(c, cFrom + 2 * cRow);
    w3.intoArray(c, cFrom + 3 * cRow);
  }
}
