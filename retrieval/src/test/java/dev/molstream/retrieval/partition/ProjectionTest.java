package dev.molstream.retrieval.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.PackedMatrix;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectionTest {
  private static final int RANK = 4;

  private final SplittableRandom random = new SplittableRandom(13);
  private final MolShape shape = Examples.shape(2, 3, 7, 4);
  private final int inputs = shape.itemFloats();
  private final float[] centre = Examples.gaussians(random, inputs, 5);

  /** Orthonormal: what items differ in, besides a little noise. */
  private final float[][] axes = orthonormal();

  @Test
  void keepsEveryInnerProductWhenItHasARankForEveryDirectionOfItems() {
    // given
    float[] gradients = Examples.gaussians(random, 100 * inputs, 1);

    // when
    Projection projection = learn(items(500), gradients, RANK);

    // then: what is left out is noise of deviation 0.01 in each component
    assertThat(error(projection, items(100), Examples.gaussians(random, 100 * inputs, 1)))
        .isLessThan(0.01 * 2 * Math.sqrt(inputs));
  }

  @Test
  void keepsTheInnerProductsThatQueriesAskForThoughItemsDifferMoreElsewhere() {
    // given: items differ least along the last axis, and along it alone are they looked at
    float[] gradients = new float[50 * inputs];
    for (int row = 0; row < 50; row++) {
      float length = (float) random.nextGaussian();
      FloatRows.addScaled(length, axes[RANK - 1], 0, gradients, row * inputs, inputs);
    }

    // when
    Projection fitted = learn(items(500), gradients, 1);
    Projection unfitted = learn(items(500), new float[0], 1);

    // then
    assertThat(error(fitted, items(100), gradients)).isLessThan(0.1);
    assertThat(error(unfitted, items(100), gradients)).isGreaterThan(0.5);
  }

  @Test
  void takesGradientsToBeTheSameInEveryComponentWhenItKnowsNone() {
    // given: items of which every number differs alike, so nothing but the prior tells them apart
    float[] items = Examples.gaussians(random, 4000 * inputs, 1);
    float[] gradients = new float[50 * inputs];
    for (int row = 0; row < 50; row++) {
      float[] direction = Examples.gaussians(random, 7, 1);
      for (int m = 0; m < 3; m++) {
        System.arraycopy(direction, 0, gradients, row * inputs + m * 7, 7);
      }
    }
    float[] others = Examples.gaussians(random, 100 * inputs, 1);

    // when
    double error = error(learn(items, new float[0], 7), others, gradients);

    // then: the inner products differ by some √(2 · 21)
    assertThat(error).isLessThan(0.15 * Math.sqrt(2 * inputs));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, RANK, 10, 21})
  void givesCoordinatesThatDoNotGoTogether(int dimension) {
    // given
    float[] items = items(300);

    // when
    Projection projection = learn(items.clone(), new float[0], dimension);

    // then
    float[] coordinates = new float[dimension];
    double[][] products = new double[dimension][dimension];
    for (int row = 0; row < 300; row++) {
      projection.project(row(items, row), coordinates);
      for (int k = 0; k < dimension; k++) {
        for (int j = 0; j < dimension; j++) {
          products[k][j] += coordinates[k] * coordinates[j] / 300;
        }
      }
    }
    for (int k = 0; k < dimension; k++) {
      // A byte holds four deviations.
      double deviation = projection.step(k) * 127 / 4;
      assertThat(Math.sqrt(products[k][k])).isCloseTo(deviation, within(0.02 * deviation + 1e-6));
      for (int j = 0; j < k; j++) {
        double both = Math.sqrt(products[k][k] * products[j][j]);
        assertThat(products[k][j]).isCloseTo(0, within(0.02 * both + 1e-9));
      }
    }
  }

  /** What is left of the other directions is the rounding of floats. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 300})
  void staysFiniteWhereItemsDoNotDiffer(int count) {
    float[] items = items(count);
    for (int row = 2; row < count; row++) {
      System.arraycopy(items, row % 2 * inputs, items, row * inputs, inputs);
    }

    Projection projection = learn(items.clone(), Examples.gaussians(random, 9 * inputs, 1), 10);

    assertThat(error(projection, items, Examples.gaussians(random, count * inputs, 1)))
        .isLessThan(1e-2);
  }

  @Test
  void takesCoordinatesFromTheMean() {
    // given
    float[] items = items(400);
    Projection projection = learn(items.clone(), new float[0], RANK);
    float[] coordinates = new float[RANK];
    double[] sums = new double[RANK];

    // when
    for (int row = 0; row < 400; row++) {
      projection.project(row(items, row), coordinates);
      for (int k = 0; k < RANK; k++) {
        sums[k] += coordinates[k];
      }
    }

    // then
    for (double sum : sums) {
      assertThat(sum / 400).isCloseTo(0, within(1e-4));
    }
  }

  @Test
  void roundsCoordinatesToStepsAndHoldsThemWithinAByte() {
    Projection projection = learn(items(300), new float[0], RANK);

    for (int k = 0; k < RANK; k++) {
      for (int code = -127; code <= 127; code++) {
        assertThat(code(projection, k, code)).isEqualTo((byte) code);
        assertThat(code(projection, k, code + 0.4f)).isEqualTo((byte) code);
        assertThat(code(projection, k, code - 0.4f)).isEqualTo((byte) code);
      }
      assertThat(code(projection, k, 128)).isEqualTo((byte) 127);
      assertThat(code(projection, k, 1e9f)).isEqualTo((byte) 127);
      assertThat(code(projection, k, -128)).isEqualTo((byte) -127);
      assertThat(code(projection, k, -1e9f)).isEqualTo((byte) -127);
    }
  }

  @Test
  void givesTheOnlyItemOfASampleTheCodeOfZeros() {
    // given
    float[] item = Examples.gaussians(random, inputs, 1);
    Projection projection = learn(item.clone(), new float[0], RANK);
    float[] coordinates = new float[RANK];

    // when
    projection.project(item, coordinates);

    // then
    for (int k = 0; k < RANK; k++) {
      assertThat(projection.code(coordinates, k)).isZero();
    }
  }

  /** What gradients are multiplied with: dimension × inputs. */
  static float[][] decoder(Projection projection, MolShape shape) {
    int d = shape.componentDimension();
    int dimension = projection.dimension();
    int stride = PackedMatrix.padded(dimension);
    float[][] decoder = new float[dimension][shape.itemFloats()];
    for (int m = 0; m < shape.itemComponents(); m++) {
      for (int i = 0; i < d; i++) {
        float[] in = new float[PackedMatrix.paddedRows(1) * d];
        float[] out = new float[PackedMatrix.paddedRows(1) * stride];
        in[i] = 1;
        projection.columns(m).multiply(in, d, 1, new float[stride], out, 0, stride);
        for (int k = 0; k < dimension; k++) {
          decoder[k][m * d + i] = out[k];
        }
      }
    }
    return decoder;
  }

  private Projection learn(float[] items, float[] gradients, int dimension) {
    return Projection.learn(items, gradients, shape, dimension, random);
  }

  /** Root mean square of what codes say of ⟨gradient, difference of two items⟩, less the truth. */
  private double error(Projection projection, float[] items, float[] gradients) {
    float[][] decoder = decoder(projection, shape);
    int dimension = projection.dimension();
    float[] coordinates = new float[dimension];
    float[] others = new float[dimension];
    int rows = items.length / inputs;
    double squares = 0;
    for (int row = 0; row < rows; row++) {
      float[] item = row(items, row);
      float[] other = row(items, (row + 1) % rows);
      float[] gradient = row(gradients, row % (gradients.length / inputs));
      projection.project(item, coordinates);
      projection.project(other, others);
      double difference = dot(gradient, other) - dot(gradient, item);
      for (int k = 0; k < dimension; k++) {
        difference += dot(gradient, decoder[k]) * (coordinates[k] - others[k]);
      }
      squares += difference * difference;
    }
    return Math.sqrt(squares / rows);
  }

  private static byte code(Projection projection, int k, float steps) {
    float[] coordinates = new float[RANK];
    coordinates[k] = steps * projection.step(k);
    return projection.code(coordinates, k);
  }

  /** Deviations 8, 4, 2 and 1 along the axes, 0.01 elsewhere. */
  private float[] items(int count) {
    float[] items = Examples.gaussians(random, count * inputs, 0.01);
    for (int row = 0; row < count; row++) {
      FloatRows.addScaled(1, centre, 0, items, row * inputs, inputs);
      for (int k = 0; k < RANK; k++) {
        float along = (float) random.nextGaussian() * (8 >> k);
        FloatRows.addScaled(along, axes[k], 0, items, row * inputs, inputs);
      }
    }
    return items;
  }

  private float[] row(float[] items, int row) {
    float[] item = new float[inputs];
    System.arraycopy(items, row * inputs, item, 0, inputs);
    return item;
  }

  private float[][] orthonormal() {
    float[][] rows = new float[RANK][];
    for (int k = 0; k < RANK; k++) {
      rows[k] = Examples.gaussians(random, inputs, 1);
      for (int j = 0; j < k; j++) {
        FloatRows.addScaled((float) -dot(rows[k], rows[j]), rows[j], 0, rows[k], 0, inputs);
      }
      float length = (float) Math.sqrt(dot(rows[k], rows[k]));
      for (int i = 0; i < inputs; i++) {
        rows[k][i] /= length;
      }
    }
    return rows;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
