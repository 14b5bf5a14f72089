package dev.molstream.retrieval;

import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** Random but plausible models, items and queries for tests. */
public final class Examples {
  private Examples() {}

  /** A shape with D = 5 and τ = 0.05. */
  public static MolShape shape(
      int queryComponents, int itemComponents, int componentDimension, int gateHidden) {
    return new MolShape(5, queryComponents, itemComponents, componentDimension, gateHidden, 0.05f);
  }

  /** Gate weights of the size that Xavier initialisation gives, times {@code scale}. */
  public static GatingNetwork gating(MolShape shape, RandomGenerator random, double scale) {
    int logits = shape.logits();
    int hidden = shape.gateHidden();
    double deviation = scale * Math.sqrt(2.0 / (logits + hidden));
    return GatingNetwork.of(
        shape,
        gaussians(random, hidden * logits, deviation),
        gaussians(random, hidden, scale),
        gaussians(random, logits * hidden, deviation),
        gaussians(random, logits, scale));
  }

  /** A query with unit components and a gate of deviation 1. */
  public static MolQuery query(MolShape shape, RandomGenerator random) {
    return new MolQuery(
        units(random, shape.queryComponents(), shape.componentDimension()),
        gaussians(random, shape.logits(), 1));
  }

  /** An available item without categories. */
  public static MolItem item(MolShape shape, RandomGenerator random, String itemId) {
    return item(shape, random, itemId, List.of(), true);
  }

  /** An item titled "title of ITEMID". */
  public static MolItem item(
      MolShape shape,
      RandomGenerator random,
      String itemId,
      List<String> categories,
      boolean available) {
    return new MolItem(
        itemId,
        "title of " + itemId,
        categories,
        available,
        gaussians(random, shape.baseDimension(), 1),
        units(random, shape.itemComponents(), shape.componentDimension()),
        gaussians(random, shape.logits(), 1));
  }

  /** Settings for a small index of model "m1". */
  public static IndexSettings settings(Path directory, MolShape shape, GatingNetwork gating) {
    return new IndexSettings(directory, "m1", shape, gating, 100);
  }

  /** Normally distributed numbers of the given deviation. */
  public static float[] gaussians(RandomGenerator random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  /** Vectors of length 1, one after the other. */
  public static float[] units(RandomGenerator random, int vectors, int dimension) {
    float[] values = gaussians(random, vectors * dimension, 1);
    for (int v = 0; v < vectors; v++) {
      double squares = 0;
      for (int k = 0; k < dimension; k++) {
        squares += values[v * dimension + k] * values[v * dimension + k];
      }
      for (int k = 0; k < dimension; k++) {
        values[v * dimension + k] /= (float) Math.sqrt(squares);
      }
    }
    return values;
  }
}
