package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;

/** Each query with the item that came next, {@link PairMath#PAIRS} positions at a time. */
final class PositivePairs {
  private static final float EPSILON = 1e-6f; // that of MutualInformationLoss

  private final MolShape shape;
  private final int logits;
  private final int itemRows;
  private final Queries queries;
  private final CrossGate crossGate;
  private final GateDropout dropout;

  private final Matrix components; // [M][P_X][d], padded
  private final Matrix ofComponents;
  private final float[] gates; // [M, L]
  private final float[] ofGates;
  private final float[] scores; // whole tables

  private final PairBlock block;
  private final Matrix item; // [d][P_X], padded: one item's components
  private final Matrix pair; // [P_Q][P_X], padded: one pair's logits or their gradients
  private final double[] weightSums; // [L] of π

  PositivePairs(
      MolShape shape, Vectors items, Queries queries, CrossGate crossGate, GateDropout dropout) {
    int dimension = shape.componentDimension();
    int dimensionStride = MatrixProduct.paddedColumns(dimension);
    int itemStride = MatrixProduct.paddedColumns(shape.itemComponents());
    this.shape = shape;
    this.logits = shape.logits();
    this.itemRows = MatrixProduct.paddedRows(shape.itemComponents());
    this.queries = queries;
    this.crossGate = crossGate;
    this.dropout = dropout;
    this.components =
        Matrix.of(
            Rows.padded(
                items.components(),
                shape.itemComponents(),
                dimension,
                itemRows,
                dimensionStride,
                1),
            dimensionStride);
    this.ofComponents = Matrix.of(new float[components.values().length], dimensionStride);
    this.gates = items.gates();
    this.ofGates = new float[gates.length];
    this.scores = new float[Math.ceilDiv(queries.count(), PairMath.PAIRS) * PairMath.PAIRS];
    this.block = new PairBlock(shape);
    this.item = Matrix.of(new float[dimension * itemStride], itemStride);
    this.pair =
        Matrix.of(
            new float[MatrixProduct.paddedRows(shape.queryComponents()) * itemStride], itemStride);
    this.weightSums = new double[logits];
  }

  /** Scores all pairs. */
  void forward() {
    for (int from = 0; from < queries.count(); from += PairMath.PAIRS) {
      forward(from);
      for (int i = 0; i < pairs(from); i++) {
        for (int p = 0; p < logits; p++) {
          weightSums[p] += block.weight(i, p);
        }
      }
    }
  }

  float score(int position) {
    return scores[position];
  }

  /**
   * Adds to the gradients.
   *
   * @param scoreSlopes [whole tables] the gradients of the scores
   * @param balanceWeight of {@link dev.molstream.training.loss.MutualInformationLoss}
   */
  void backward(float[] scoreSlopes, float balanceWeight, PairGradients of) {
    float[] used = new float[logits];
    for (int p = 0; p < logits; p++) {
      used[p] = entropySlope((float) (weightSums[p] / queries.count()));
    }
    float[] ofWeights = new float[logits];
    float weight = balanceWeight / queries.count();
    for (int from = 0; from < queries.count(); from += PairMath.PAIRS) {
      forward(from);
      block.mixtureBackward(scores, scoreSlopes, from, of);
      for (int i = 0; i < pairs(from); i++) {
        for (int p = 0; p < logits; p++) {
          ofWeights[p] = weight * (used[p] - entropySlope(block.weight(i, p)));
        }
        block.addWeightSlopes(i, ofWeights, of);
      }
      crossGate.backward(block, of, pairs(from));
      for (int i = 0; i < pairs(from); i++) {
        componentsBackward(from + i, i, of);
        gatesBackward(from + i, i, of);
      }
    }
  }

  /** Of the items that came next. */
  Vectors gradients() {
    return new Vectors(
        Rows.plain(
            ofComponents.values(),
            shape.itemComponents(),
            shape.componentDimension(),
            itemRows,
            components.rowStride(),
            1),
        ofGates);
  }

  private int pairs(int from) {
    return Math.min(PairMath.PAIRS, queries.count() - from);
  }

  private void forward(int from) {
    for (int i = 0; i < pairs(from); i++) {
      fillLogits(from + i, i);
      for (int p = 0; p < logits; p++) {
        block.gates.values()[p * PairMath.PAIRS + i] =
            queries.gates[queries.gateFrom(from + i) + p] * gates[(from + i) * logits + p]
                + crossGate.outputBias()[p];
      }
    }
    block.forward(crossGate, dropout.positiveKey() + from, dropout.threshold(), scores, from);
  }

  private void fillLogits(int position, int place) {
    int dimension = shape.componentDimension();
    for (int m = 0; m < shape.itemComponents(); m++) {
      int from = componentFrom(position) + m * components.rowStride();
      for (int k = 0; k < dimension; k++) {
        item.values()[k * item.rowStride() + m] = components.values()[from + k];
      }
    }
    pair.fill(0);
    MatrixProduct.add(
        queries.components,
        queries.componentFrom(position),
        item,
        0,
        dimension,
        pair,
        0,
        shape.queryComponents(),
        shape.itemComponents());
    for (int n = 0; n < shape.queryComponents(); n++) {
      for (int m = 0; m < shape.itemComponents(); m++) {
        int p = n * shape.itemComponents() + m;
        block.logits.values()[p * PairMath.PAIRS + place] = pair.values()[n * pair.rowStride() + m];
      }
    }
  }

  private void componentsBackward(int position, int place, PairGradients of) {
    for (int n = 0; n < shape.queryComponents(); n++) {
      for (int m = 0; m < shape.itemComponents(); m++) {
        int p = n * shape.itemComponents() + m;
        pair.values()[n * pair.rowStride() + m] = of.logits.values()[p * PairMath.PAIRS + place];
      }
    }
    MatrixProduct.add(
        pair,
        0,
        components,
        componentFrom(position),
        shape.itemComponents(),
        queries.ofComponents,
        queries.componentFrom(position),
        shape.queryComponents(),
        shape.componentDimension());
    MatrixProduct.add(
        pair.transposed(),
        0,
        queries.components,
        queries.componentFrom(position),
        shape.queryComponents(),
        ofComponents,
        componentFrom(position),
        shape.itemComponents(),
        shape.componentDimension());
  }

  private void gatesBackward(int position, int place, PairGradients of) {
    for (int p = 0; p < logits; p++) {
      float slope = of.gates.values()[p * PairMath.PAIRS + place];
      int query = queries.gateFrom(position) + p;
      queries.ofGates[query] += slope * gates[position * logits + p];
      ofGates[position * logits + p] = slope * queries.gates[query];
      crossGate.ofOutputBias()[p] += slope;
    }
  }

  private int componentFrom(int position) {
    return position * itemRows * components.rowStride();
  }

  /** The derivative of p·log(p + 1e-6). */
  private static float entropySlope(float p) {
    return (float) Math.log(p + EPSILON) + p / (p + EPSILON);
  }
}
