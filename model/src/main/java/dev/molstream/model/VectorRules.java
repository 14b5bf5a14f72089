package dev.molstream.model;

import dev.molstream.retrieval.MolShape;
import java.util.List;
import java.util.Locale;

/**
 * What a vector from outside must be. Rules throw {@link IllegalArgumentException} with one line
 * that names the vector, the offending value and what is valid. Stateless; any thread.
 */
public final class VectorRules {
  /** How far from 1 the length of a component may be. */
  public static final float LENGTH_TOLERANCE = 1e-3f;

  private VectorRules() {}

  /**
   * The values as an array.
   *
   * @param count how many there must be, each finite and within ±1,000,000
   */
  public static float[] require(String name, List<Float> values, int count) {
    if (values.size() != count) {
      throw new IllegalArgumentException(
          "%s has %d numbers: the model reads %d".formatted(name, values.size(), count));
    }
    float[] vector = new float[count];
    for (int i = 0; i < count; i++) {
      vector[i] = values.get(i);
    }
    requireUsable(name, vector);
    return vector;
  }

  /** As {@link #require}, and not all values may be 0: a vector of zeros encodes nothing. */
  public static float[] requireNotZero(String name, List<Float> values, int count) {
    float[] vector = require(name, values, count);
    for (float value : vector) {
      if (value != 0) {
        return vector;
      }
    }
    throw new IllegalArgumentException(
        name + " is all 0: valid is a vector that encodes something");
  }

  /**
   * As {@link #require}, and each component must be of length 1 within {@link #LENGTH_TOLERANCE}.
   *
   * @param count how many components there must be, each of the shape's component dimension
   */
  public static float[] requireComponents(
      String name, List<Float> values, int count, MolShape shape) {
    float[] components = require(name, values, count * shape.componentDimension());
    requireUnitLength(name + ": component", components, shape);
    return components;
  }

  /**
   * Refuses numbers that are not finite and within ±1,000,000: far beyond any encoder's output, and
   * what is larger could overflow inside a tower, where it would stop the service instead of one
   * record.
   */
  static void requireUsable(String name, float[] vector) {
    for (int i = 0; i < vector.length; i++) {
      if (!(Math.abs(vector[i]) <= MolShape.LARGEST_VALUE)) { // written so that NaN is refused too
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s[%d] is %s: valid are numbers within ±%.0f",
                name,
                i,
                vector[i],
                MolShape.LARGEST_VALUE));
      }
    }
  }

  /**
   * Refuses components of another length than 1, within {@link #LENGTH_TOLERANCE}.
   *
   * @param name goes before the component's number
   */
  static void requireUnitLength(String name, float[] components, MolShape shape) {
    int dimension = shape.componentDimension();
    for (int start = 0; start < components.length; start += dimension) {
      double squares = 0;
      for (int i = start; i < start + dimension; i++) {
        squares += components[i] * (double) components[i];
      }
      if (!(Math.abs(Math.sqrt(squares) - 1) <= LENGTH_TOLERANCE)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s %d has length %.4f, valid is 1 within %s",
                name,
                start / dimension,
                Math.sqrt(squares),
                LENGTH_TOLERANCE));
      }
    }
  }
}
