package dev.molstream.retrieval.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.Examples;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products against one chain of fused multiplications per output, to the last bit. */
class PackedMatrixTest {
  private static final int MOST_COLUMNS = 70;
  private static final int MOST_ROWS = 9;

  private final RandomGenerator random = new SplittableRandom(3);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 33, 67})
  void multipliesLikeAPlainLoop(int inner) {
    for (int columns = 1; columns <= MOST_COLUMNS; columns++) {
      float[] matrix = Examples.gaussians(random, inner * columns, 1);
      PackedMatrix packed = PackedMatrix.of(matrix, inner, columns);
      for (int rows = 1; rows <= MOST_ROWS; rows++) {
        int outStride = PackedMatrix.padded(columns) + random.nextInt(3);
        multipliesLikeAPlainLoop(packed, matrix, inner, columns, rows, outStride);
      }
    }
  }

  /** Whole vectors are written, so each row covers the excess of the one before. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void leavesNoGapsBetweenRowsWhenAsked(int inner) {
    for (int columns = 1; columns <= 2 * MOST_COLUMNS; columns++) {
      float[] matrix = Examples.gaussians(random, inner * columns, 1);
      PackedMatrix packed = PackedMatrix.of(matrix, inner, columns);
      for (int rows = 1; rows <= MOST_ROWS; rows++) {
        multipliesLikeAPlainLoop(packed, matrix, inner, columns, rows, columns);
      }
    }
  }

  @Test
  void isTheSameHoweverItWasFilled() {
    for (int columns = 1; columns <= MOST_COLUMNS; columns++) {
      // given
      int inner = 5;
      float[] matrix = Examples.gaussians(random, inner * columns, 1);
      float[] transposed = new float[matrix.length];
      int padded = PackedMatrix.padded(columns);
      float[] wide = new float[2 + inner * padded];
      PackedMatrix byNumber = new PackedMatrix(inner, columns);
      for (int k = 0; k < inner; k++) {
        System.arraycopy(matrix, k * columns, wide, 2 + k * padded, columns);
        for (int column = 0; column < columns; column++) {
          transposed[column * inner + k] = matrix[k * columns + column];
          byNumber.set(k, column, Float.NaN);
          byNumber.set(k, column, matrix[k * columns + column]);
        }
      }

      // when
      PackedMatrix ofTransposed = PackedMatrix.ofTransposed(transposed, inner, columns);
      PackedMatrix byRow = PackedMatrix.ofTransposed(matrix, inner, columns);
      for (int k = 0; k < inner; k++) {
        byRow.setRow(k, wide, 2 + k * padded);
      }

      // then
      multipliesLikeAPlainLoop(byNumber, matrix, inner, columns, 4, padded);
      multipliesLikeAPlainLoop(ofTransposed, matrix, inner, columns, 4, padded);
      multipliesLikeAPlainLoop(byRow, matrix, inner, columns, 4, padded);
    }
  }

  @Test
  void computesZerosBeforeItIsFilled() {
    float[] out = new float[4 * PackedMatrix.padded(3)];
    Arrays.fill(out, 1);

    new PackedMatrix(2, 3)
        .multiply(new float[8], 2, 4, new float[out.length], out, 0, out.length / 4);

    assertThat(out).containsOnly(0);
  }

  /** In arrays of just the size that is asked for; NaN where numbers have no meaning. */
  private void multipliesLikeAPlainLoop(
      PackedMatrix packed, float[] matrix, int inner, int columns, int rows, int outStride) {
    // given
    int inStride = inner + random.nextInt(3);
    int outFrom = random.nextInt(3);
    int lastRow = PackedMatrix.paddedRows(rows) - 1;
    float[] in = filledWithNan(lastRow * inStride + inner);
    float[] bias = filledWithNan(PackedMatrix.padded(columns));
    float[] out = filledWithNan(outFrom + lastRow * outStride + PackedMatrix.padded(columns));
    for (int column = 0; column < columns; column++) {
      bias[column] = (float) random.nextGaussian();
    }
    float[][] expected = new float[rows][columns];
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < inner; k++) {
        in[row * inStride + k] = (float) random.nextGaussian();
      }
      for (int column = 0; column < columns; column++) {
        float sum = bias[column];
        for (int k = 0; k < inner; k++) {
          sum = Math.fma(matrix[k * columns + column], in[row * inStride + k], sum);
        }
        expected[row][column] = sum;
      }
    }

    // when
    packed.multiply(in, inStride, rows, bias, out, outFrom, outStride);

    // then
    for (int row = 0; row < rows; row++) {
      int from = outFrom + row * outStride;
      assertThat(Arrays.copyOfRange(out, from, from + columns))
          .as("row %d of %d, %d x %d", row, rows, inner, columns)
          .isEqualTo(expected[row]);
    }
    assertThat(Arrays.copyOf(out, outFrom)).isEqualTo(filledWithNan(outFrom));
  }

  private static float[] filledWithNan(int length) {
    float[] values = new float[length];
    Arrays.fill(values, Float.NaN);
    return values;
  }
}
