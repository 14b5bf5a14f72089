package dev.molstream.retrieval.partition;

import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.PackedMatrix;
import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A short code of an item: r numbers z = D·(x − mean) of its concatenated components x, each
 * rounded to a byte. A query's score has a gradient g with respect to x; ⟨g, x − mean⟩ is then,
 * nearly, ⟨U·g, z⟩.
 *
 * <p>D and U are those of rank r with the least squared error over items and queries: with Σ_x the
 * covariance of items and Σ_g the second moments of gradients, the columns of U solve Σ_x·Σ_g·u =
 * λ·u and D = Σ_g·U/λ (the singular vectors of Σ_g^½·Σ_x^½). Principal components would keep the
 * directions in which items differ most; these are the ones in which items differ that queries ask
 * for, which takes a fraction of the numbers. They are scaled so that the numbers of U·g have
 * second moments of 1: the squared distance of two codes is the expected square of the difference
 * in score.
 *
 * <p>Found by subspace iteration over two samples. Without a sample of gradients, and a little even
 * with one, a prior takes its place: gates that are nearly even make every component of the item
 * meet the same combination of the query's, so gradients have the same direction in every
 * component.
 *
 * <p>Immutable; any thread.
 */
public final class Projection {
  private static final int ITERATIONS = 12;
  private static final float LARGEST_CODE = 127;

  /** Numbers beyond so many standard deviations are held at that. */
  private static final float DEVIATIONS = 4;

  /** Share of the prior in the second moments of gradients when there is a sample of them. */
  private static final float PRIOR_SHARE = 0.01f;

  private final int inputs;
  private final int dimension;
  private final float[] mean;

  /** D, dimension × inputs. */
  private final float[] encoder;

  /** U, dimension × inputs. */
  private final float[] decoder;

  /** For each component m: its part of U, d × dimension. */
  private final PackedMatrix[] columns;

  /** D·mean. */
  private final float[] meanCoordinates;

  /** What one step of each code number is worth. */
  private final float[] steps;

  private Projection(
      MolShape shape,
      int dimension,
      float[] mean,
      float[] encoder,
      float[] decoder,
      float[] steps) {
    this.inputs = shape.itemFloats();
    this.dimension = dimension;
    this.mean = mean;
    this.encoder = encoder;
    this.decoder = decoder;
    this.steps = steps;
    this.columns = new PackedMatrix[shape.itemComponents()];
    int d = shape.componentDimension();
    for (int m = 0; m < columns.length; m++) {
      float[] part = new float[dimension * d];
      for (int k = 0; k < dimension; k++) {
        System.arraycopy(decoder, k * inputs + m * d, part, k * d, d);
      }
      columns[m] = PackedMatrix.ofTransposed(part, d, dimension);
    }
    this.meanCoordinates = new float[dimension];
    for (int k = 0; k < dimension; k++) {
      meanCoordinates[k] = FloatRows.dot(mean, 0, encoder, k * inputs, inputs);
    }
  }

  /**
   * Learns from samples.
   *
   * @param items rows of P_X·d numbers, at least one; overwritten
   * @param gradients rows of P_X·d numbers; none will do
   * @param dimension the code's length, at most P_X·d
   */
  static Projection learn(
      float[] items, float[] gradients, MolShape shape, int dimension, SplittableRandom random) {
    int inputs = shape.itemFloats();
    float[] mean = mean(items, inputs);
    for (int from = 0; from < items.length; from += inputs) {
      FloatRows.addScaled(-1, mean, 0, items, from, inputs);
    }
    float[] encoder = new float[dimension * inputs];
    for (int i = 0; i < encoder.length; i++) {
      encoder[i] = (float) random.nextGaussian();
    }
    float[] decoder = new float[encoder.length];
    float scale = gradientScale(gradients, inputs);
    for (int iteration = 0; ; iteration++) {
      decode(items, encoder, decoder, dimension, inputs);
      if (iteration == ITERATIONS) {
        break;
      }
      Arrays.fill(encoder, 0);
      multiplyByGradients(gradients, scale, shape, decoder, encoder, dimension);
    }
    float[] steps = balance(gradients, scale, shape, encoder, decoder, dimension);
    return new Projection(shape, dimension, mean, encoder, decoder, steps);
  }

  /** The code's length. */
  public int dimension() {
    return dimension;
  }

  /** Components to {@code dimension} coordinates. */
  void project(float[] components, float[] coordinates) {
    for (int k = 0; k < dimension; k++) {
      coordinates[k] =
          FloatRows.dot(components, 0, encoder, k * inputs, inputs) - meanCoordinates[k];
    }
  }

  /** Number {@code k} of the code of an item with such coordinates. */
  byte code(float[] coordinates, int k) {
    return (byte) Math.round(Math.clamp(coordinates[k] / steps[k], -LARGEST_CODE, LARGEST_CODE));
  }

  /** d × dimension: what a gradient's numbers at component {@code m} are worth in coordinates. */
  PackedMatrix columns(int m) {
    return columns[m];
  }

  /** What one step of code number {@code k} is worth. */
  float step(int k) {
    return steps[k];
  }

  /** What {@link #save} wrote. */
  static Projection restore(SnapshotReader in, MolShape shape) {
    return new Projection(
        shape, in.readInt(), in.readFloats(), in.readFloats(), in.readFloats(), in.readFloats());
  }

  /** Writes what {@link #restore} reads. */
  void save(SnapshotWriter out) throws IOException {
    out.writeInt(dimension);
    out.writeFloats(mean);
    out.writeFloats(encoder);
    out.writeFloats(decoder);
    out.writeFloats(steps);
  }

  /** Bytes on the heap. */
  long retainedBytes() {
    return 4L * (mean.length + 3L * encoder.length + steps.length);
  }

  private static float[] mean(float[] rows, int inputs) {
    float[] mean = new float[inputs];
    float share = (float) inputs / rows.length;
    for (int from = 0; from < rows.length; from += inputs) {
      FloatRows.addScaled(share, rows, from, mean, 0, inputs);
    }
    return mean;
  }

  /** 1 / the mean squared length of gradients; 0 without any. */
  private static float gradientScale(float[] gradients, int inputs) {
    double squares = 0;
    for (int from = 0; from < gradients.length; from += inputs) {
      squares += FloatRows.dot(gradients, from, gradients, from, inputs);
    }
    return squares > 0 ? (float) (1 / squares) : 0;
  }

  /** Makes D orthonormal with respect to Σ_x; U = Σ_x·D. */
  private static void decode(
      float[] items, float[] encoder, float[] decoder, int dimension, int inputs) {
    int rows = items.length / inputs;
    float[] coordinates = new float[dimension * rows];
    float share = (float) (1 / Math.sqrt(rows));
    for (int k = 0; k < dimension; k++) {
      for (int row = 0; row < rows; row++) {
        coordinates[k * rows + row] =
            share * FloatRows.dot(items, row * inputs, encoder, k * inputs, inputs);
      }
    }
    orthonormalise(coordinates, encoder, dimension, rows, inputs);
    Arrays.fill(decoder, 0);
    for (int k = 0; k < dimension; k++) {
      for (int row = 0; row < rows; row++) {
        float weight = share * coordinates[k * rows + row];
        FloatRows.addScaled(weight, items, row * inputs, decoder, k * inputs, inputs);
      }
    }
  }

  /** Modified Gram-Schmidt on the coordinates, twice; the same is done to the encoder's rows. */
  private static void orthonormalise(
      float[] coordinates, float[] encoder, int dimension, int rows, int inputs) {
    for (int k = 0; k < dimension; k++) {
      float before = FloatRows.dot(coordinates, k * rows, coordinates, k * rows, rows);
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < k; j++) {
          float dot = FloatRows.dot(coordinates, k * rows, coordinates, j * rows, rows);
          FloatRows.addScaled(-dot, coordinates, j * rows, coordinates, k * rows, rows);
          FloatRows.addScaled(-dot, encoder, j * inputs, encoder, k * inputs, inputs);
        }
      }
      float left = FloatRows.dot(coordinates, k * rows, coordinates, k * rows, rows);
      // What is left of a direction in which items do not differ is the rounding of floats.
      float factor = left > 1e-9f * before && left > 1e-30f ? (float) (1 / Math.sqrt(left)) : 0;
      scale(coordinates, k * rows, rows, factor);
      scale(encoder, k * inputs, inputs, factor);
    }
  }

  /** out = Σ_g·in, row by row; Σ_g has the trace 1. */
  private static void multiplyByGradients(
      float[] gradients, float scale, MolShape shape, float[] in, float[] out, int dimension) {
    int inputs = shape.itemFloats();
    float sampled = scale > 0 ? 1 - PRIOR_SHARE : 0;
    for (int from = 0; from < gradients.length; from += inputs) {
      for (int k = 0; k < dimension; k++) {
        float dot = FloatRows.dot(gradients, from, in, k * inputs, inputs);
        FloatRows.addScaled(sampled * scale * dot, gradients, from, out, k * inputs, inputs);
      }
    }
    int d = shape.componentDimension();
    // Half of it the same in every component, half of it independent.
    float prior = (1 - sampled) / (2 * inputs);
    for (int k = 0; k < dimension; k++) {
      FloatRows.addScaled(prior, in, k * inputs, out, k * inputs, inputs);
      for (int m = 0; m < inputs; m += d) {
        for (int other = 0; other < inputs; other += d) {
          FloatRows.addScaled(prior, in, k * inputs + m, out, k * inputs + other, d);
        }
      }
    }
  }

  /** Scales D and U so that ⟨u, g⟩ has a second moment of 1; the steps of the codes then. */
  private static float[] balance(
      float[] gradients,
      float scale,
      MolShape shape,
      float[] encoder,
      float[] decoder,
      int dimension) {
    int inputs = shape.itemFloats();
    float[] multiplied = new float[decoder.length];
    multiplyByGradients(gradients, scale, shape, decoder, multiplied, dimension);
    float[] steps = new float[dimension];
    for (int k = 0; k < dimension; k++) {
      float moment = FloatRows.dot(decoder, k * inputs, multiplied, k * inputs, inputs);
      float deviation = (float) Math.sqrt(Math.max(0, moment));
      scale(encoder, k * inputs, inputs, deviation);
      scale(decoder, k * inputs, inputs, deviation > 0 ? 1 / deviation : 0);
      // The coordinates had a deviation of 1.
      steps[k] = Math.max(DEVIATIONS * deviation, 1e-12f) / LARGEST_CODE;
    }
    return steps;
  }

  private static void scale(float[] values, int from, int count, float factor) {
    for (int i = from; i < from + count; i++) {
      values[i] *= factor;
    }
  }
}
