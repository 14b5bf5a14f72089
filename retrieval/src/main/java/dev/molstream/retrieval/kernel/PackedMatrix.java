package dev.molstream.retrieval.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A matrix that rows of numbers are multiplied with: out = bias + in · matrix. Packed in panels of
 * one, two or four vectors of columns, each panel row after row as the product reads it. The
 * product holds four rows times a panel in registers: with 32 of them, panels are four vectors wide
 * (some 100 GFLOP/s on a core with AVX-512), with 16 two.
 *
 * <p>An output is the same sum in the same order wherever its row and column lie: scores do not
 * depend on which items are scored together.
 *
 * <p>Immutable but for {@link #set}; any thread.
 */
public final class PackedMatrix {
  /** Rows are computed by so many at a time. */
  public static final int ROW_STEP = 4;

  private static final VectorSpecies<Float> SPECIES = SimdMath.SPECIES;
  private static final int LANES = SPECIES.length();

  /** Vectors of columns of the widest panel. */
  private static final int WIDEST = LANES >= 16 ? 4 : 2;

  private final int inner;
  private final int columns;
  private final float[] panels;

  /** A matrix of zeros. */
  public PackedMatrix(int inner, int columns) {
    this.inner = inner;
    this.columns = columns;
    this.panels = new float[inner * padded(columns)];
  }

  /** A row-major matrix: inner × columns. */
  public static PackedMatrix of(float[] matrix, int inner, int columns) {
    PackedMatrix packed = new PackedMatrix(inner, columns);
    for (int k = 0; k < inner; k++) {
      for (int column = 0; column < columns; column++) {
        packed.set(k, column, matrix[k * columns + column]);
      }
    }
    return packed;
  }

  /** The transpose of a row-major matrix: columns × inner. */
  public static PackedMatrix ofTransposed(float[] matrix, int inner, int columns) {
    PackedMatrix packed = new PackedMatrix(inner, columns);
    for (int column = 0; column < columns; column++) {
      for (int k = 0; k < inner; k++) {
        packed.set(k, column, matrix[column * inner + k]);
      }
    }
    return packed;
  }

  /** Numbers of an output row that are written: columns, rounded up to whole vectors. */
  public static int padded(int columns) {
    return (columns + LANES - 1) / LANES * LANES;
  }

  /** Rows that are computed: rows, rounded up. */
  public static int paddedRows(int rows) {
    return (rows + ROW_STEP - 1) / ROW_STEP * ROW_STEP;
  }

  /** Sets one number; nobody multiplies meanwhile. */
  public void set(int k, int column, float value) {
    int vectors = padded(columns) / LANES;
    int vector = column / LANES;
    int first = vector / WIDEST * WIDEST;
    int width = Math.min(WIDEST, vectors - first);
    if (width == 3) {
      width = vector - first < 2 ? 2 : 1;
      first = vector - first < 2 ? first : first + 2;
    }
    panels[first * LANES * inner + k * width * LANES + column - first * LANES] = value;
  }

  /**
   * Sets a row, {@code columns} numbers and zeros up to whole vectors; nobody multiplies meanwhile.
   */
  public void setRow(int k, float[] row, int from) {
    int vectors = padded(columns) / LANES;
    for (int vector = 0; vector < vectors; ) {
      int left = vectors - vector;
      int width = left >= WIDEST ? WIDEST : left >= 2 ? 2 : 1;
      System.arraycopy(
          row,
          from + vector * LANES,
          panels,
          vector * LANES * inner + k * width * LANES,
          width * LANES);
      vector += width;
    }
  }

  /**
   * out[i] = bias + in[i] · matrix. Rows are rounded up to a multiple of {@link #ROW_STEP}, columns
   * to whole vectors: there must be room for them, and what is written there has no meaning. Rows
   * are written in ascending order, so that with {@code outStride = columns} each overwrites the
   * excess of the one before.
   *
   * @param bias {@link #padded} columns
   */
  public void multiply(
      float[] in, int inStride, int rows, float[] bias, float[] out, int outFrom, int outStride) {
    // The last panel first: what it writes beyond a row is overwritten by the panels before it.
    for (int end = padded(columns) / LANES; end > 0; ) {
      int width = (end - 1) % WIDEST + 1;
      width = width == 3 ? 1 : width;
      int column = (end - width) * LANES;
      int panel = column * inner;
      for (int row = 0; row < rows; row += ROW_STEP) {
        int from = row * inStride;
        int to = outFrom + row * outStride + column;
        switch (width) {
          case 4 ->
              multiply4(in, from, inStride, inner, panels, panel, bias, column, out, to, outStride);
          case 2 ->
              multiply2(in, from, inStride, inner, panels, panel, bias, column, out, to, outStride);
          default -> {
            if (row + 2 * ROW_STEP <= paddedRows(rows)) {
              multiply1by8(
                  in, from, inStride, inner, panels, panel, bias, column, out, to, outStride);
              row += ROW_STEP;
            } else {
              multiply1(in, from, inStride, inner, panels, panel, bias, column, out, to, outStride);
            }
          }
        }
      }
      end -= width;
    }
  }

  /** Four rows by 4 vectors of columns. */
  private static void multiply4(
      float[] in,
      int inFrom,
      int inStride,
      int inner,
      float[] panels,
      int panel,
      float[] bias,
      int column,
      float[] out,
      int outFrom,
      int outStride) {
    FloatVector a0 = FloatVector.fromArray(SPECIES, bias, column);
    FloatVector b0 = FloatVector.fromArray(SPECIES, bias, column + LANES);
    FloatVector c0 = FloatVector.fromArray(SPECIES, bias, column + 2 * LANES);
    FloatVector d0 = FloatVector.fromArray(SPECIES, bias, column + 3 * LANES);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector c1 = c0;
    FloatVector d1 = d0;
    FloatVector a2 = a0;
    FloatVector b2 = b0;
    FloatVector c2 = c0;
    FloatVector d2 = d0;
    FloatVector a3 = a0;
    FloatVector b3 = b0;
    FloatVector c3 = c0;
    FloatVector d3 = d0;
    int m = panel;
    for (int k = inFrom; k < inFrom + inner; k++, m += 4 * LANES) {
      FloatVector a = FloatVector.fromArray(SPECIES, panels, m);
      FloatVector b = FloatVector.fromArray(SPECIES, panels, m + LANES);
      FloatVector c = FloatVector.fromArray(SPECIES, panels, m + 2 * LANES);
      FloatVector d = FloatVector.fromArray(SPECIES, panels, m + 3 * LANES);
      FloatVector in0 = FloatVector.broadcast(SPECIES, in[k]);
      a0 = a.fma(in0, a0);
      b0 = b.fma(in0, b0);
      c0 = c.fma(in0, c0);
      d0 = d.fma(in0, d0);
      FloatVector in1 = FloatVector.broadcast(SPECIES, in[k + inStride]);
      a1 = a.fma(in1, a1);
      b1 = b.fma(in1, b1);
      c1 = c.fma(in1, c1);
      d1 = d.fma(in1, d1);
      FloatVector in2 = FloatVector.broadcast(SPECIES, in[k + 2 * inStride]);
      a2 = a.fma(in2, a2);
      b2 = b.fma(in2, b2);
      c2 = c.fma(in2, c2);
      d2 = d.fma(in2, d2);
      FloatVector in3 = FloatVector.broadcast(SPECIES, in[k + 3 * inStride]);
      a3 = a.fma(in3, a3);
      b3 = b.fma(in3, b3);
      c3 = c.fma(in3, c3);
      d3 = d.fma(in3, d3);
    }
    a0.intoArray(out, outFrom);
    b0.intoArray(out, outFrom + LANES);
    c0.intoArray(out, outFrom + 2 * LANES);
    d0.intoArray(out, outFrom + 3 * LANES);
    a1.intoArray(out, outFrom + outStride);
    b1.intoArray(out, outFrom + outStride + LANES);
    c1.intoArray(out, outFrom + outStride + 2 * LANES);
    d1.intoArray(out, outFrom + outStride + 3 * LANES);
    a2.intoArray(out, outFrom + 2 * outStride);
    b2.intoArray(out, outFrom + 2 * outStride + LANES);
    c2.intoArray(out, outFrom + 2 * outStride + 2 * LANES);
    d2.intoArray(out, outFrom + 2 * outStride + 3 * LANES);
    a3.intoArray(out, outFrom + 3 * outStride);
    b3.intoArray(out, outFrom + 3 * outStride + LANES);
    c3.intoArray(out, outFrom + 3 * outStride + 2 * LANES);
    d3.intoArray(out, outFrom + 3 * outStride + 3 * LANES);
  }

  /** Four rows by 2 vectors of columns. */
  private static void multiply2(
      float[] in,
      int inFrom,
      int inStride,
      int inner,
      float[] panels,
      int panel,
      float[] bias,
      int column,
      float[] out,
      int outFrom,
      int outStride) {
    FloatVector a0 = FloatVector.fromArray(SPECIES, bias, column);
    FloatVector b0 = FloatVector.fromArray(SPECIES, bias, column + LANES);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector a2 = a0;
    FloatVector b2 = b0;
    FloatVector a3 = a0;
    FloatVector b3 = b0;
    int m = panel;
    for (int k = inFrom; k < inFrom + inner; k++, m += 2 * LANES) {
      FloatVector a = FloatVector.fromArray(SPECIES, panels, m);
      FloatVector b = FloatVector.fromArray(SPECIES, panels, m + LANES);
      FloatVector in0 = FloatVector.broadcast(SPECIES, in[k]);
      a0 = a.fma(in0, a0);
      b0 = b.fma(in0, b0);
      FloatVector in1 = FloatVector.broadcast(SPECIES, in[k + inStride]);
      a1 = a.fma(in1, a1);
      b1 = b.fma(in1, b1);
      FloatVector in2 = FloatVector.broadcast(SPECIES, in[k + 2 * inStride]);
      a2 = a.fma(in2, a2);
      b2 = b.fma(in2, b2);
      FloatVector in3 = FloatVector.broadcast(SPECIES, in[k + 3 * inStride]);
      a3 = a.fma(in3, a3);
      b3 = b.fma(in3, b3);
    }
    a0.intoArray(out, outFrom);
    b0.intoArray(out, outFrom + LANES);
    a1.intoArray(out, outFrom + outStride);
    b1.intoArray(out, outFrom + outStride + LANES);
    a2.intoArray(out, outFrom + 2 * outStride);
    b2.intoArray(out, outFrom + 2 * outStride + LANES);
    a3.intoArray(out, outFrom + 3 * outStride);
    b3.intoArray(out, outFrom + 3 * outStride + LANES);
  }

  /** Eight rows by one vector of columns: as many sums as it takes to keep the adders busy. */
  private static void multiply1by8(
      float[] in,
      int inFrom,
      int inStride,
      int inner,
      float[] panels,
      int panel,
      float[] bias,
      int column,
      float[] out,
      int outFrom,
      int outStride) {
    FloatVector a0 = FloatVector.fromArray(SPECIES, bias, column);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector a6 = a0;
    FloatVector a7 = a0;
    int m = panel;
    for (int k = inFrom; k < inFrom + inner; k++, m += LANES) {
      FloatVector a = FloatVector.fromArray(SPECIES, panels, m);
      a0 = a.fma(FloatVector.broadcast(SPECIES, in[k]), a0);
      a1 = a.fma(FloatVector.broadcast(SPECIES, in[k + inStride]), a1);
      a2 = a.fma(FloatVector.broadcast(SPECIES, in[k + 2 * inStride]), a2);
      a3 = a.fma(FloatVector.broadcast(SPECIES, in[k + 3 * inStride]), a3);
      a4 = a.fma(FloatVector.broadcast(SPECIES, in[k + 4 * inStride]), a4);
      a5 = a.fma(FloatVector.broadcast(SPECIES, in[k + 5 * inStride]), a5);
      a6 = a.fma(FloatVector.broadcast(SPECIES, in[k + 6 * inStride]), a6);
      a7 = a.fma(FloatVector.broadcast(SPECIES, in[k + 7 * inStride]), a7);
    }
    a0.intoArray(out, outFrom);
    a1.intoArray(out, outFrom + outStride);
    a2.intoArray(out, outFrom + 2 * outStride);
    a3.intoArray(out, outFrom + 3 * outStride);
    a4.intoArray(out, outFrom + 4 * outStride);
    a5.intoArray(out, outFrom + 5 * outStride);
    a6.intoArray(out, outFrom + 6 * outStride);
    a7.intoArray(out, outFrom + 7 * outStride);
  }

  /** Four rows by 1 vector of columns. */
  private static void multiply1(
      float[] in,
      int inFrom,
      int inStride,
      int inner,
      float[] panels,
      int panel,
      float[] bias,
      int column,
      float[] out,
      int outFrom,
      int outStride) {
    FloatVector a0 = FloatVector.fromArray(SPECIES, bias, column);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    int m = panel;
    for (int k = inFrom; k < inFrom + inner; k++, m += LANES) {
      FloatVector a = FloatVector.fromArray(SPECIES, panels, m);
      FloatVector in0 = FloatVector.broadcast(SPECIES, in[k]);
      a0 = a.fma(in0, a0);
      FloatVector in1 = FloatVector.broadcast(SPECIES, in[k + inStride]);
      a1 = a.fma(in1, a1);
      FloatVector in2 = FloatVector.broadcast(SPECIES, in[k + 2 * inStride]);
      a2 = a.fma(in2, a2);
      FloatVector in3 = FloatVector.broadcast(SPECIES, in[k + 3 * inStride]);
      a3 = a.fma(in3, a3);
    }
    a0.intoArray(out, outFrom);
    a1.intoArray(out, outFrom + outStride);
    a2.intoArray(out, outFrom + 2 * outStride);
    a3.intoArray(out, outFrom + 3 * outStride);
  }
}
