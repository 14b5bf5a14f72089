package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;

/**
 * Up to {@link PairMath#PAIRS} of the negatives, in the two layouts that products read, and their
 * gradients.
 */
final class ItemBlock {
  private final int queryComponents;
  private final int itemComponents;
  private final int dimension;
  private final int logits;
  private final int count;

  private final Matrix components; // [P_X][d][PAIRS]
  private final Matrix componentsByItem; // [P_X][PAIRS][d]
  private final float[] gates; // [L][PAIRS]
  private final Matrix gatesByItem; // [PAIRS][L]
  private final Matrix ofComponents; // like components
  private final Matrix ofGates; // like gatesByItem

  /** Items {@code from} and after. */
  ItemBlock(MolShape shape, Vectors items, int from, int count) {
    this.queryComponents = shape.queryComponents();
    this.itemComponents = shape.itemComponents();
    this.dimension = shape.componentDimension();
    this.logits = shape.logits();
    this.count = count;
    this.components = Matrix.zeros(itemComponents * Matrix.paddedRows(dimension), PairMath.PAIRS);
    this.componentsByItem = Matrix.zeros(itemComponents * PairMath.PAIRS, dimension);
    this.gates = new float[logits * PairMath.PAIRS];
    this.gatesByItem = Matrix.zeros(PairMath.PAIRS, logits);
    this.ofComponents = Matrix.like(components);
    this.ofGates = Matrix.like(gatesByItem);
    for (int i = 0; i < count; i++) {
      for (int m = 0; m < itemComponents; m++) {
        int row = componentsByItem.start(m, PairMath.PAIRS) + i * componentsByItem.rowStride();
        for (int k = 0; k < dimension; k++) {
          float value = items.components()[((from + i) * itemComponents + m) * dimension + k];
          components.values()[start(m) + k * PairMath.PAIRS + i] = value;
          componentsByItem.values()[row + k] = value;
        }
      }
      for (int p = 0; p < logits; p++) {
        float value = items.gates()[(from + i) * logits + p];
        gates[p * PairMath.PAIRS + i] = value;
        gatesByItem.values()[i * gatesByItem.rowStride() + p] = value;
      }
    }
  }

  /** How many items there are. */
  int count() {
    return count;
  }

  /** Fills in a query's logits with these items and the outer gates with their bias. */
  void pair(Queries queries, int query, float[] bias, PairBlock out) {
    out.logits.fill(0);
    Matrix target = rowPerQueryComponent(out.logits);
    for (int m = 0; m < itemComponents; m++) {
      MatrixProduct.add(
          queries.components,
          queries.start(query),
          components,
          start(m),
          dimension,
          target,
          m * PairMath.PAIRS,
          queryComponents,
          PairMath.PAIRS);
    }
    PairMath.outerGates(
        queries.gates.values(), queries.gateStart(query), gates, bias, out.gates.values(), logits);
  }

  /** Adds to the gradients of a query, of these items and of the output bias. */
  void backward(Queries queries, int query, PairGradients of, float[] ofBias) {
    Matrix source = rowPerQueryComponent(of.logits);
    for (int m = 0; m < itemComponents; m++) {
      MatrixProduct.add(
          source,
          m * PairMath.PAIRS,
          componentsByItem,
          componentsByItem.start(m, PairMath.PAIRS),
          count,
          queries.ofComponents,
          queries.start(query),
          queryComponents,
          dimension);
      MatrixProduct.add(
          queries.componentsTransposed,
          queries.transposedStart(query),
          source,
          m * PairMath.PAIRS,
          queryComponents,
          ofComponents,
          start(m),
          dimension,
          PairMath.PAIRS);
    }
    PairMath.outerSlopes(
        of.gateRows.values(),
        queries.gates.values(),
        queries.gateStart(query),
        gatesByItem.values(),
        queries.ofGates.values(),
        ofGates.values(),
        ofBias,
        count,
        gatesByItem.rowStride());
  }

  /** Writes the gradients that were added up to where the items came from. */
  void copyGradients(Vectors target, int from) {
    for (int i = 0; i < count; i++) {
      for (int m = 0; m < itemComponents; m++) {
        for (int k = 0; k < dimension; k++) {
          target.components()[((from + i) * itemComponents + m) * dimension + k] =
              ofComponents.values()[start(m) + k * PairMath.PAIRS + i];
        }
      }
      System.arraycopy(
          ofGates.values(), i * ofGates.rowStride(), target.gates(), (from + i) * logits, logits);
    }
  }

  /** With the offset m·PAIRS, the rows of item component m. */
  private Matrix rowPerQueryComponent(Matrix table) {
    return new Matrix(table.values(), itemComponents * PairMath.PAIRS);
  }

  /** Where an item component's table begins. */
  private int start(int itemComponent) {
    return components.start(itemComponent, dimension);
  }
}
