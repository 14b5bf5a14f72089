package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.PackedMatrix;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A short code of an item: its concatenated components minus their mean, in the directions in which
 * the items of a sample differ most (principal components, found by subspace iteration), each
 * number rounded to a byte. An inner product with the components is then, nearly, one with the
 * code.
 *
 * <p>Immutable; any thread.
 */
public final class Projection {
  private static final int ITERATIONS = 6;
  private static final float LARGEST_CODE = 127;

  /** Numbers beyond so many standard deviations are held at that. */
  private static final float DEVIATIONS = 4;

  private final int inputs;
  private final int dimension;
  private final float[] mean;

  /** dimension × inputs. */
  private final float[] basis;

  /** For each component m: its part of the directions, d × dimension. */
  private final PackedMatrix[] columns;

  /** The mean's coordinates. */
  private final float[] meanCoordinates;

  /** What one step of each code number is worth. */
  private final float[] steps;

  private Projection(MolShape shape, int dimension, float[] mean, float[] basis, float[] steps) {
    this.inputs = shape.itemFloats();
    this.dimension = dimension;
    this.mean = mean;
    this.basis = basis;
    this.steps = steps;
    this.columns = new PackedMatrix[shape.itemComponents()];
    int d = shape.componentDimension();
    for (int m = 0; m < columns.length; m++) {
      float[] part = new float[dimension * d];
      for (int k = 0; k < dimension; k++) {
        System.arraycopy(basis, k * inputs + m * d, part, k * d, d);
      }
      columns[m] = PackedMatrix.ofTransposed(part, d, dimension);
    }
    this.meanCoordinates = new float[dimension];
    for (int k = 0; k < dimension; k++) {
      meanCoordinates[k] = FloatRows.dot(mean, 0, basis, k * inputs, inputs);
    }
  }

  /**
   * Learns from a sample.
   *
   * @param sample rows of P_X·d numbers; overwritten
   * @param dimension the code's length, at most P_X·d
   */
  static Projection learn(float[] sample, MolShape shape, int dimension, SplittableRandom random) {
    int inputs = shape.itemFloats();
    int rows = sample.length / inputs;
    float[] mean = new float[inputs];
    for (int row = 0; row < rows; row++) {
      FloatRows.addScaled(1f / rows, sample, row * inputs, mean, 0, inputs);
    }
    for (int row = 0; row < rows; row++) {
      FloatRows.addScaled(-1, mean, 0, sample, row * inputs, inputs);
    }
    float[] basis = new float[dimension * inputs];
    for (int i = 0; i < basis.length; i++) {
      basis[i] = (float) random.nextGaussian();
    }
    orthonormalise(basis, dimension, inputs);
    float[] next = new float[basis.length];
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      Arrays.fill(next, 0);
      for (int row = 0; row < rows; row++) {
        for (int k = 0; k < dimension; k++) {
          float z = FloatRows.dot(sample, row * inputs, basis, k * inputs, inputs);
          FloatRows.addScaled(z, sample, row * inputs, next, k * inputs, inputs);
        }
      }
      orthonormalise(next, dimension, inputs);
      float[] swapped = basis;
      basis = next;
      next = swapped;
    }
    float[] steps = new float[dimension];
    for (int k = 0; k < dimension; k++) {
      double squares = 0;
      for (int row = 0; row < rows; row++) {
        float z = FloatRows.dot(sample, row * inputs, basis, k * inputs, inputs);
        squares += z * z;
      }
      float deviation = (float) Math.sqrt(squares / rows);
      steps[k] = Math.max(DEVIATIONS * deviation, 1e-6f) / LARGEST_CODE;
    }
    return new Projection(shape, dimension, mean, basis, steps);
  }

  /** The code's length. */
  public int dimension() {
    return dimension;
  }

  /** Components to {@code dimension} coordinates along the directions. */
  void project(float[] components, float[] coordinates) {
    for (int k = 0; k < dimension; k++) {
      coordinates[k] = FloatRows.dot(components, 0, basis, k * inputs, inputs) - meanCoordinates[k];
    }
  }

  /** Number {@code k} of the code of an item with such coordinates. */
  byte code(float[] coordinates, int k) {
    return (byte) Math.round(Math.clamp(coordinates[k] / steps[k], -LARGEST_CODE, LARGEST_CODE));
  }

  /** d × dimension: what the numbers of component {@code m} are worth in coordinates. */
  PackedMatrix columns(int m) {
    return columns[m];
  }

  /** What one step of code number {@code k} is worth. */
  float step(int k) {
    return steps[k];
  }

  /** Bytes on the heap. */
  long retainedBytes() {
    return 4L * (mean.length + 2 * basis.length + steps.length);
  }

  /** Modified Gram-Schmidt, twice. */
  private static void orthonormalise(float[] rows, int count, int length) {
    for (int k = 0; k < count; k++) {
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < k; j++) {
          float dot = FloatRows.dot(rows, k * length, rows, j * length, length);
          FloatRows.addScaled(-dot, rows, j * length, rows, k * length, length);
        }
        float norm = (float) Math.sqrt(FloatRows.dot(rows, k * length, rows, k * length, length));
        float scale = norm > 1e-20f ? 1 / norm : 0;
        for (int i = 0; i < length; i++) {
          rows[k * length + i] *= scale;
        }
      }
    }
  }
}
