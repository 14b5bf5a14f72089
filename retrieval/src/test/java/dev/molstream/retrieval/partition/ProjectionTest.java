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
  void findsTheDirectionsInWhichItemsDiffer() {
    // when
    Projection projection = Projection.learn(items(500), shape, RANK, random);

    // then
    float[][] directions = directions(projection, inputs);
    for (float[] axis : axes) {
      double share = 0;
      for (float[] direction : directions) {
        share += dot(axis, direction) * dot(axis, direction);
      }
      assertThat(share).isCloseTo(1, within(1e-3));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, RANK, 10, 21})
  void takesDirectionsOfLengthOneAtRightAngles(int dimension) {
    assertOrthonormal(Projection.learn(items(300), shape, dimension, random));
  }

  /** What is left of the other directions is the rounding of floats. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 300})
  void takesSuchDirectionsAlsoWhereItemsDoNotDiffer(int count) {
    float[] items = items(count);
    for (int row = 2; row < count; row++) {
      System.arraycopy(items, row % 2 * inputs, items, row * inputs, inputs);
    }

    assertOrthonormal(Projection.learn(items, shape, 10, random));
  }

  @Test
  void takesCoordinatesFromTheMean() {
    // given
    float[] items = items(400);
    Projection projection = Projection.learn(items.clone(), shape, RANK, random);
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
    Projection projection = Projection.learn(items(300), shape, RANK, random);

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
  void makesCodesThatStandForComponents() {
    // given
    Projection projection = Projection.learn(items(500), shape, RANK, random);
    float[][] directions = directions(projection, inputs);
    float[] items = items(100);
    float[] coordinates = new float[RANK];
    float[] others = new float[RANK];
    for (int row = 0; row + 1 < 100; row++) {
      float[] item = row(items, row);
      float[] other = row(items, row + 1);
      float[] weights = Examples.gaussians(random, inputs, 1);

      // when
      projection.project(item, coordinates);
      projection.project(other, others);

      // then
      double byCode = 0;
      // What is left out of four directions is noise of deviation 0.01 in each component.
      double tolerance = 0.01 * 6 * Math.sqrt(2 * dot(weights, weights));
      for (int k = 0; k < RANK; k++) {
        double worth = dot(weights, directions[k]) * projection.step(k);
        byCode += worth * (projection.code(coordinates, k) - projection.code(others, k));
        tolerance += Math.abs(worth);
      }
      assertThat(byCode).isCloseTo(dot(weights, item) - dot(weights, other), within(tolerance));
    }
  }

  @Test
  void takesApartItsDirectionsByComponent() {
    // given
    int dimension = 10;
    Projection projection = Projection.learn(items(300), shape, dimension, random);
    float[] item = Examples.gaussians(random, inputs, 1);
    int stride = PackedMatrix.padded(dimension);
    float[] in = new float[PackedMatrix.paddedRows(1) * 7];
    float[] sums = new float[dimension];

    // when
    for (int m = 0; m < 3; m++) {
      System.arraycopy(item, m * 7, in, 0, 7);
      float[] out = new float[PackedMatrix.paddedRows(1) * stride];
      projection.columns(m).multiply(in, 7, 1, new float[stride], out, 0, stride);
      for (int k = 0; k < dimension; k++) {
        sums[k] += out[k];
      }
    }

    // then
    float[][] directions = directions(projection, inputs);
    for (int k = 0; k < dimension; k++) {
      assertThat((double) sums[k]).isCloseTo(dot(item, directions[k]), within(1e-4));
    }
  }

  @Test
  void givesTheOnlyItemOfASampleTheCodeOfZeros() {
    // given
    float[] item = Examples.gaussians(random, inputs, 1);
    Projection projection = Projection.learn(item.clone(), shape, RANK, random);
    float[] coordinates = new float[RANK];

    // when
    projection.project(item, coordinates);

    // then
    for (int k = 0; k < RANK; k++) {
      assertThat(projection.code(coordinates, k)).isZero();
    }
  }

  /** What a projection multiplies components with: dimension × inputs. */
  static float[][] directions(Projection projection, int inputs) {
    float[][] directions = new float[projection.dimension()][inputs];
    float[] origin = new float[projection.dimension()];
    float[] coordinates = new float[projection.dimension()];
    float[] components = new float[inputs];
    projection.project(components, origin);
    for (int i = 0; i < inputs; i++) {
      components[i] = 1;
      projection.project(components, coordinates);
      components[i] = 0;
      for (int k = 0; k < coordinates.length; k++) {
        directions[k][i] = coordinates[k] - origin[k];
      }
    }
    return directions;
  }

  private void assertOrthonormal(Projection projection) {
    float[][] directions = directions(projection, inputs);
    for (int k = 0; k < projection.dimension(); k++) {
      for (int j = 0; j < projection.dimension(); j++) {
        double expected = j == k ? 1 : 0;
        assertThat(dot(directions[k], directions[j]))
            .as("directions %d and %d", k, j)
            .isCloseTo(expected, within(1e-4));
      }
    }
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
