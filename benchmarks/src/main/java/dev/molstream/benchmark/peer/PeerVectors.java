package dev.molstream.benchmark.peer;

import dev.molstream.benchmark.catalogue.VectorFile;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;

/**
 * One vector per item and query, for libraries that know nothing else: their inner product orders
 * items as the mixture with all gates equal would. Scaled to length 1 at most, which changes no
 * order.
 */
enum PeerVectors {
  /** The mean of an item's components and the sum of the query's. */
  AVERAGED("averaged") {
    @Override
    int dimension(MolShape shape) {
      return shape.componentDimension();
    }

    @Override
    void ofItem(VectorFile vectors, int item, float[] components, float[] target) {
      vectors.components(item, components, 0);
      average(components, target);
    }

    @Override
    void ofQuery(MolQuery query, MolShape shape, float[] target) {
      average(query.components(), target);
      toUnitLength(target);
    }
  },
  /** An item's components one after the other, and the sum of the query's as often. */
  CONCATENATED("concatenated") {
    @Override
    int dimension(MolShape shape) {
      return shape.itemFloats();
    }

    @Override
    void ofItem(VectorFile vectors, int item, float[] components, float[] target) {
      vectors.components(item, target, 0);
      toUnitLength(target);
    }

    @Override
    void ofQuery(MolQuery query, MolShape shape, float[] target) {
      float[] folded = new float[shape.componentDimension()];
      average(query.components(), folded);
      for (int i = 0; i < target.length; i++) {
        target[i] = folded[i % folded.length];
      }
      toUnitLength(target);
    }
  };

  private final String label;

  PeerVectors(String label) {
    this.label = label;
  }

  /** As results name it. */
  String label() {
    return label;
  }

  /** Length of a vector. */
  abstract int dimension(MolShape shape);

  /**
   * Writes an item's vector.
   *
   * @param components scratch of P_X·d floats
   */
  abstract void ofItem(VectorFile vectors, int item, float[] components, float[] target);

  /** Writes a query's vector. */
  abstract void ofQuery(MolQuery query, MolShape shape, float[] target);

  private static void average(float[] components, float[] target) {
    int count = components.length / target.length;
    for (int k = 0; k < target.length; k++) {
      float sum = 0;
      for (int i = k; i < components.length; i += target.length) {
        sum += components[i];
      }
      target[k] = sum / count;
    }
  }

  private static void toUnitLength(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += value * (double) value;
    }
    float scale = (float) (1 / Math.max(1e-12, Math.sqrt(squares)));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= scale;
    }
  }
}
