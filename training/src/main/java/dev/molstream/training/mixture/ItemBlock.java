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
  private final int componentRows;
  private final int componentStride;
  private final int logits;
  private final int logitStride;
  private final int count;

  private final Matrix components; // [P_X][rows of d][PAIRS]
  private final Matrix componentsByItem; // [P_X][PAIRS][d]
  private final float[] gates; // [L][PAIRS]
  private final float[] gatesByItem; // [PAIRS][L]
  private final Matrix ofComponents; // like components
  private final float[] ofGates; // like gatesByItem

  /** Items {@code from} and after. */
  ItemBlock(MolShape shape, Vectors items, int from, int count) {
    this.queryComponents = shape.queryComponents();
    this.itemComponents = shape.itemComponents();
    this.dimension = shape.componentDimension();
    this.componentRows = MatrixProduct.paddedRows(dimension);
    this.componentStride = MatrixProduct.paddedColumns(dimension);
    this.logits = shape.logits();
    this.logitStride = MatrixProduct.paddedColumns(logits);
    this.count = count;
    this.components = PairMath.table(itemComponents * componentRows);
    this.componentsByItem =
        Matrix.of(new float[itemComponents * PairMath.PAIRS * componentStride], componentStride);
    this.gates = new float[logits * PairMath.PAIRS];
    this.gatesByItem = new float[PairMath.PAIRS * logitStride];
    this.ofComponents = PairMath.table(itemComponents * componentRows);
    this.ofGates = new float[PairMath.PAIRS * logitStride];
    for (int i = 0; i < count; i++) {
      for (int m = 0; m < itemComponents; m++) {
        for (int k = 0; k < dimension; k++) {
          float value = items.components()[((from + i) * itemComponents + m) * dimension + k];
          components.values()[place(m, k, i)] = value;
          componentsByItem.values()[(m * PairMath.PAIRS + i) * componentStride + k] = value;
        }
      }
      for (int p = 0; p < logits; p++) {
        float value = items.gates()[(from + i) * logits + p];
        gates[p * PairMath.PAIRS + i] = value;
        gatesByItem[i * logitStride + p] = value;
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
    Matrix target = everyItemComponent(out.logits);
    for (int m = 0; m < itemComponents; m++) {
      MatrixProduct.add(
          queries.components,
          queries.componentFrom(query),
          components,
          place(m, 0, 0),
          dimension,
          target,
          m * PairMath.PAIRS,
          queryComponents,
          PairMath.PAIRS);
    }
    PairMath.outerGates(
        queries.gates, queries.gateFrom(query), gates, bias, out.gates.values(), logits);
  }

  /** Adds to the gradients of a query, of these items and of the output bias. */
  void backward(Queries queries, int query, PairGradients of, float[] ofBias) {
    Matrix source = everyItemComponent(of.logits);
    int queryFrom = queries.componentFrom(query);
    for (int m = 0; m < itemComponents; m++) {
      int first = m * PairMath.PAIRS;
      MatrixProduct.add(
          source,
          first,
          componentsByItem,
          m * PairMath.PAIRS * componentStride,
          count,
          queries.ofComponents,
          queryFrom,
          queryComponents,
          dimension);
      MatrixProduct.add(
          queries.components.transposed(),
          queryFrom,
          source,
          first,
          queryComponents,
          ofComponents,
          place(m, 0, 0),
          dimension,
          PairMath.PAIRS);
    }
    PairMath.outerSlopes(
        of.gateRows.values(),
        queries.gates,
        queries.gateFrom(query),
        gatesByItem,
        queries.ofGates,
        ofGates,
        ofBias,
        count,
        logitStride);
  }

  /** Writes the gradients that were added up to where the items came from. */
  void copyGradients(Vectors target, int from) {
    for (int i = 0; i < count; i++) {
      for (int m = 0; m < itemComponents; m++) {
        for (int k = 0; k < dimension; k++) {
          target.components()[((from + i) * itemComponents + m) * dimension + k] =
              ofComponents.values()[place(m, k, i)];
        }
      }
      System.arraycopy(ofGates, i * logitStride, target.gates(), (from + i) * logits, logits);
    }
  }

  /** One row per query component: with the offset m·PAIRS those of item component m. */
  private Matrix everyItemComponent(Matrix table) {
    return Matrix.of(table.values(), itemComponents * PairMath.PAIRS);
  }

  private int place(int m, int k, int item) {
    return (m * componentRows + k) * PairMath.PAIRS + item;
  }
}
