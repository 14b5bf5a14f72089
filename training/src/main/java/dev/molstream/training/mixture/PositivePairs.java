package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;

/** Each query with the item that came next, {@link PairMath#PAIRS} positions at a time. */
final class PositivePairs {
  private static final float EPSILON = 1e-6f; // that of MutualInformationLoss

  private final MolShape shape;
  private final int logits;
  private final Queries queries;
  private final CrossGate crossGate;
  private final GateDropout dropout;

  private final Matrix components; // [M][P_X][d]
  private final Matrix componentsTransposed; // [M][d][P_X]
  private final float[] gates; // [M, L]
  private final Matrix ofComponents;
  private final float[] ofGates;

  private final PairBlock block;
  private final float[] scores; // whole blocks
  private final double[] weightSums; // [L] of π
  private final Matrix pair; // [P_Q][P_X]: one pair's logits or their gradients
  private final Matrix pairTransposed;

  PositivePairs(
      MolShape shape, Vectors items, Queries queries, CrossGate crossGate, GateDropout dropout) {
    int itemComponents = shape.itemComponents();
    int dimension = shape.componentDimension();
    this.shape = shape;
    this.logits = shape.logits();
    this.queries = queries;
    this.crossGate = crossGate;
    this.dropout = dropout;
    this.components = Matrix.of(items.components(), itemComponents, dimension, 1);
    this.componentsTransposed =
        Matrix.ofTransposed(items.components(), dimension, itemComponents, 1);
    this.gates = items.gates();
    this.ofComponents = Matrix.like(components);
    this.ofGates = new float[gates.length];
    this.block = new PairBlock(shape);
    this.scores = new float[Math.ceilDiv(queries.count(), PairMath.PAIRS) * PairMath.PAIRS];
    this.weightSums = new double[logits];
    this.pair = Matrix.zeros(shape.queryComponents(), itemComponents);
    this.pairTransposed = Matrix.zeros(itemComponents, shape.queryComponents());
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
        ofComponents.plain(shape.itemComponents(), shape.componentDimension(), 1), ofGates);
  }

  private int pairs(int from) {
    return Math.min(PairMath.PAIRS, queries.count() - from);
  }

  private void forward(int from) {
    for (int i = 0; i < pairs(from); i++) {
      fillLogits(from + i, i);
      for (int p = 0; p < logits; p++) {
        block.gates.values()[p * PairMath.PAIRS + i] =
            queries.gates.values()[queries.gateStart(from + i) + p] * gates[(from + i) * logits + p]
                + crossGate.outputBias()[p];
      }
    }
    block.forward(crossGate, dropout.positiveKey() + from, dropout.threshold(), scores, from);
  }

  private void fillLogits(int position, int place) {
    pair.fill(0);
    MatrixProduct.add(
        queries.components,
        queries.start(position),
        componentsTransposed,
        componentsTransposed.start(position, shape.componentDimension()),
        shape.componentDimension(),
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
        float slope = of.logits.values()[p * PairMath.PAIRS + place];
        pair.values()[n * pair.rowStride() + m] = slope;
        pairTransposed.values()[m * pairTransposed.rowStride() + n] = slope;
      }
    }
    int start = components.start(position, shape.itemComponents());
    MatrixProduct.add(
        pair,
        0,
        components,
        start,
        shape.itemComponents(),
        queries.ofComponents,
        queries.start(position),
        shape.queryComponents(),
        shape.componentDimension());
    MatrixProduct.add(
        pairTransposed,
        0,
        queries.components,
        queries.start(position),
        shape.queryComponents(),
        ofComponents,
        start,
        shape.itemComponents(),
        shape.componentDimension());
  }

  private void gatesBackward(int position, int place, PairGradients of) {
    int query = queries.gateStart(position);
    for (int p = 0; p < logits; p++) {
      float slope = of.gates.values()[p * PairMath.PAIRS + place];
      queries.ofGates.values()[query + p] += slope * gates[position * logits + p];
      ofGates[position * logits + p] = slope * queries.gates.values()[query + p];
      crossGate.ofOutputBias()[p] += slope;
    }
  }

  /** The derivative of p·log(p + 1e-6). */
  private static float entropySlope(float p) {
    return (float) Math.log(p + EPSILON) + p / (p + EPSILON);
  }
}
