package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.SimdMath;

/**
 * {@link PairMath#PAIRS} pairs of a query and an item on their way from component logits to scores,
 * with what the way back needs. All tables are [rows][PAIRS].
 */
final class PairBlock {
  private final int logitCount;

  /** ℓ, set by the caller; query component after query component, rounded up. */
  final Matrix logits;

  /** SiLU(W₁·ℓ + b₁). */
  final Matrix hidden;

  /** SiLU′ of the same. */
  final float[] hiddenSlopes;

  /** a ⊙ b + b₂, set by the caller; then e^gate up to a factor, negative where it is dropped. */
  final Matrix gates;

  private final float[] gateSlopes;
  private final float[] kept = new float[PairMath.PAIRS];
  private final float[] free = new float[PairMath.PAIRS];
  private final float[] held = new float[PairMath.PAIRS];

  PairBlock(MolShape shape) {
    this.logitCount = shape.logits();
    this.logits = Matrix.zeros(logitRows(shape), PairMath.PAIRS);
    this.hidden = Matrix.zeros(shape.gateHidden(), PairMath.PAIRS);
    this.hiddenSlopes = new float[shape.gateHidden() * PairMath.PAIRS];
    this.gates = Matrix.zeros(logitCount, PairMath.PAIRS);
    this.gateSlopes = new float[logitCount * PairMath.PAIRS];
  }

  /** Rows of a table of logits: what products write and what is read when it is transposed. */
  static int logitRows(MolShape shape) {
    return Math.max(
        Matrix.paddedRows(shape.queryComponents()) * shape.itemComponents(),
        Matrix.paddedColumns(shape.logits()));
  }

  /**
   * Scores the pairs.
   *
   * @param firstKey see {@link PairMath#mix}
   * @param scores receives PAIRS scores
   */
  void forward(CrossGate crossGate, int firstKey, int threshold, float[] scores, int scoreFrom) {
    crossGate.forward(this);
    float[] values = gates.values();
    SimdMath.siluWithSlope(values, gateSlopes, logitCount * PairMath.PAIRS);
    PairMath.shiftBelowGreatest(values, logitCount);
    SimdMath.exp(1, values, 0, values, 0, logitCount * PairMath.PAIRS);
    PairMath.mix(
        values,
        logits.values(),
        logitCount,
        firstKey,
        threshold,
        scores,
        scoreFrom,
        kept,
        free,
        held);
  }

  /** The gradients of logits and gates as far as the mixture goes, from those of the scores. */
  void mixtureBackward(float[] scores, float[] scoreSlopes, int scoreFrom, PairGradients of) {
    PairMath.mixSlopes(
        gates.values(),
        logits.values(),
        gateSlopes,
        logitCount,
        scores,
        scoreSlopes,
        scoreFrom,
        kept,
        free,
        held,
        of.logits.values(),
        of.gates.values());
  }

  /** π of a pair and logit, after dropout. */
  float weight(int pair, int logit) {
    return Math.max(gates.values()[logit * PairMath.PAIRS + pair], 0) * kept[pair];
  }

  /**
   * Adds to the gradient of a pair's gates that of its weights.
   *
   * @param ofWeights [L]
   */
  void addWeightSlopes(int pair, float[] ofWeights, PairGradients of) {
    float mean = 0;
    for (int p = 0; p < logitCount; p++) {
      mean += weight(pair, p) * ofWeights[p];
    }
    for (int p = 0; p < logitCount; p++) {
      int at = p * PairMath.PAIRS + pair;
      float gate = gates.values()[at];
      float pull = Math.max(gate, 0) * free[pair] + Math.abs(gate) * held[pair];
      of.gates.values()[at] += (weight(pair, p) * ofWeights[p] - pull * mean) * gateSlopes[at];
    }
  }
}
