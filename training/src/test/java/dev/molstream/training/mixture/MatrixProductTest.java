package dev.molstream.training.mixture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against one chain of fused multiplications per output, to the last bit. */
class MatrixProductTest {
  private static final int MOST_ROWS = 21;
  private static final int MOST_COLUMNS = 70;

  private final SplittableRandom random = new SplittableRandom(4);

  @Test
  void addsTheProductOfAPlainLoop() {
    for (int inner : new int[] {1, 2, 7, 33}) {
      for (int rows = 1; rows <= MOST_ROWS; rows++) {
        for (int columns = 1; columns <= MOST_COLUMNS; columns += 3) {
          addsTheProductOfAPlainLoop(inner, rows, columns);
        }
      }
    }
  }

  @Test
  void transposesEachMatrixWithRoomAfterRowsAndMatrices() {
    float[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

    Matrix transposed = Matrix.ofTransposed(values, 3, 2, 10);

    assertThat(transposed.rowStride()).isEqualTo(Matrix.paddedColumns(2));
    assertThat(transposed.values()).hasSize(2 * Matrix.paddedRows(3) * Matrix.paddedColumns(2));
    assertThat(transposed.plain(3, 2, 1))
        .containsExactly(10, 40, 20, 50, 30, 60, 70, 100, 80, 110, 90, 120);
    assertThat(Matrix.of(values, 2, 3, 1).plain(2, 3, 1)).containsExactly(values);
  }

  private void addsTheProductOfAPlainLoop(int inner, int rows, int columns) {
    // given
    float[] left = gaussians(rows * inner);
    float[] right = gaussians(inner * columns);
    float[] start = gaussians(rows * columns);
    Matrix a = Matrix.of(left, rows, inner, 1);
    Matrix b = Matrix.of(right, inner, columns, 1);
    Matrix c = Matrix.of(start, rows, columns, 1);

    // when
    MatrixProduct.add(a, 0, b, 0, inner, c, 0, rows, columns);

    // then
    float[] expected = start.clone();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int at = row * columns + column;
        for (int k = 0; k < inner; k++) {
          expected[at] = Math.fma(right[k * columns + column], left[row * inner + k], expected[at]);
        }
      }
    }
    assertThat(c.plain(rows, columns, 1))
        .as("%d x %d x %d", rows, inner, columns)
        .isEqualTo(expected);
  }

  private float[] gaussians(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
