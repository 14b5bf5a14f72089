package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;

/**
 * Up to {@link PairMath#PAIRS} of a position's negatives, gathered from the table of items, and the
 * way back of their gradients. Scratch: each {@link #pair} overwrites what the one before left.
 */
final class NegativeBlock {
  private final int queryComponents;
  private final int itemComponents;
  private final int dimension;
  private final int logits;
  private final Vectors items;
  private final Vectors ofItems;

  private final Matrix components; // [PAIRS · P_X][d]
  private final Matrix ofComponents;
  private final Matrix gates; // [PAIRS][L]
  private final Matrix ofGates;
  private final Matrix byItem; // [PAIRS · P_X][P_Q]: logits, or their gradients
  private final Matrix byQuery; // [P_Q][PAIRS · P_X]: gradients of logits

  private long[] places = new long[0];
  private int from;
  private int count;

  /**
   * @param items the table
   * @param ofItems has the gradients added
   */
  NegativeBlock(MolShape shape, Vectors items, Vectors ofItems) {
    this.queryComponents = shape.queryComponents();
    this.itemComponents = shape.itemComponents();
    this.dimension = shape.componentDimension();
    this.logits = shape.logits();
    this.items = items;
    this.ofItems = ofItems;
    this.components = Matrix.zeros(PairMath.PAIRS * itemComponents, dimension);
    this.ofComponents = Matrix.like(components);
    this.gates = Matrix.zeros(PairMath.PAIRS, logits);
    this.ofGates = Matrix.like(gates);
    this.byItem = Matrix.zeros(PairMath.PAIRS * itemComponents, queryComponents);
    this.byQuery = Matrix.zeros(queryComponents, PairMath.PAIRS * itemComponents);
  }

  /** How many items there are. */
  int count() {
    return count;
  }

  /**
   * Fills in a query's logits with items and the outer gates with their bias.
   *
   * @param places the items are at {@code places[from]} and after
   */
  void pair(
      Queries queries, int query, long[] places, int from, int count, float[] bias, PairBlock out) {
    this.places = places;
    this.from = from;
    this.count = count;
    gather();
    byItem.fill(0);
    MatrixProduct.add(
        components,
        0,
        queries.componentsTransposed,
        queries.transposedStart(query),
        dimension,
        byItem,
        0,
        count * itemComponents,
        queryComponents);
    float[] logitsOut = out.logits.values();
    float[] gatesOut = out.gates.values();
    int gateFrom = queries.gateStart(query);
    for (int n = 0; n < queryComponents; n++) {
      for (int m = 0; m < itemComponents; m++) {
        int p = n * itemComponents + m;
        float gate = queries.gates.values()[gateFrom + p];
        for (int i = 0; i < count; i++) {
          logitsOut[p * PairMath.PAIRS + i] =
              byItem.values()[(i * itemComponents + m) * byItem.rowStride() + n];
          gatesOut[p * PairMath.PAIRS + i] =
              Math.fma(gate, gates.values()[i * gates.rowStride() + p], bias[p]);
        }
      }
    }
  }

  /** Adds to the gradients of the query, of these items and of the output bias. */
  void backward(Queries queries, int query, PairGradients of, float[] ofBias) {
    for (int n = 0; n < queryComponents; n++) {
      for (int m = 0; m < itemComponents; m++) {
        int p = n * itemComponents + m;
        for (int i = 0; i < count; i++) {
          float slope = of.logits.values()[p * PairMath.PAIRS + i];
          byItem.values()[(i * itemComponents + m) * byItem.rowStride() + n] = slope;
          byQuery.values()[n * byQuery.rowStride() + i * itemComponents + m] = slope;
        }
      }
    }
    MatrixProduct.add(
        byQuery,
        0,
        components,
        0,
        count * itemComponents,
        queries.ofComponents,
        queries.start(query),
        queryComponents,
        dimension);
    ofComponents.fill(0);
    MatrixProduct.add(
        byItem,
        0,
        queries.components,
        queries.start(query),
        queryComponents,
        ofComponents,
        0,
        count * itemComponents,
        dimension);
    ofGates.fill(0);
    PairMath.outerSlopes(
        of.gateRows.values(),
        queries.gates.values(),
        queries.gateStart(query),
        gates.values(),
        queries.ofGates.values(),
        ofGates.values(),
        ofBias,
        count,
        gates.rowStride());
    scatter();
  }

  private void gather() {
    int width = itemComponents * dimension;
    for (int i = 0; i < count; i++) {
      int place = (int) places[from + i];
      for (int m = 0; m < itemComponents; m++) {
        System.arraycopy(
            items.components(),
            place * width + m * dimension,
            components.values(),
            (i * itemComponents + m) * components.rowStride(),
            dimension);
      }
      System.arraycopy(
          items.gates(), place * logits, gates.values(), i * gates.rowStride(), logits);
    }
  }

  private void scatter() {
    int width = itemComponents * dimension;
    for (int i = 0; i < count; i++) {
      int place = (int) places[from + i];
      for (int m = 0; m < itemComponents; m++) {
        add(
            ofComponents.values(),
            (i * itemComponents + m) * ofComponents.rowStride(),
            ofItems.components(),
            place * width + m * dimension,
            dimension);
      }
      add(ofGates.values(), i * ofGates.rowStride(), ofItems.gates(), place * logits, logits);
    }
  }

  private static void add(float[] from, int fromIndex, float[] to, int toIndex, int count) {
    for (int k = 0; k < count; k++) {
      to[toIndex + k] += from[fromIndex + k];
    }
  }
}
