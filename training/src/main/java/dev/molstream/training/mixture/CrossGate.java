package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.SimdMath;
import java.util.Arrays;

/** The cross gate W₂·SiLU(W₁·ℓ + b₁) + b₂ as the matrix products read it, and its gradients. */
final class CrossGate {
  private final int logits;
  private final int hidden;

  private final Matrix hiddenWeight; // [H][L]
  private final Matrix hiddenWeightTransposed;
  private final float[] hiddenBias;
  private final Matrix outputWeight; // [L][H]
  private final Matrix outputWeightTransposed;
  private final float[] outputBias;

  private final Matrix ofHiddenWeight;
  private final float[] ofHiddenBias; // a vector each
  private final Matrix ofOutputWeightTransposed;
  private final float[] ofOutputBias;

  CrossGate(MolShape shape, GateWeights weights) {
    this.logits = shape.logits();
    this.hidden = shape.gateHidden();
    this.hiddenWeight = Matrix.of(weights.hiddenWeight(), hidden, logits, 1);
    this.hiddenWeightTransposed = Matrix.ofTransposed(weights.hiddenWeight(), logits, hidden, 1);
    this.hiddenBias = weights.hiddenBias();
    this.outputWeight = Matrix.of(weights.outputWeight(), logits, hidden, 1);
    this.outputWeightTransposed = Matrix.ofTransposed(weights.outputWeight(), hidden, logits, 1);
    this.outputBias = weights.outputBias();
    this.ofHiddenWeight = Matrix.like(hiddenWeight);
    this.ofHiddenBias = new float[hidden * SimdMath.SPECIES.length()];
    this.ofOutputWeightTransposed = Matrix.like(outputWeightTransposed);
    this.ofOutputBias = new float[Matrix.paddedColumns(logits)];
  }

  /** b₂. */
  float[] outputBias() {
    return outputBias;
  }

  /** Where the gradient of b₂ is added up; whole vectors. */
  float[] ofOutputBias() {
    return ofOutputBias;
  }

  /** Logits to hidden activations and their slopes; adds the output without its bias to gates. */
  void forward(PairBlock block) {
    float[] activations = block.hidden.values();
    PairMath.fillRows(hiddenBias, activations, hidden);
    MatrixProduct.add(
        hiddenWeight, 0, block.logits, 0, logits, block.hidden, 0, hidden, PairMath.PAIRS);
    SimdMath.siluWithSlope(activations, block.hiddenSlopes, hidden * PairMath.PAIRS);
    MatrixProduct.add(
        outputWeight, 0, block.hidden, 0, hidden, block.gates, 0, logits, PairMath.PAIRS);
  }

  /**
   * Adds to the gradients of the logits and of the weights, but not of the output bias.
   *
   * @param pairs how many pairs of the block count
   */
  void backward(PairBlock block, PairGradients of, int pairs) {
    of.hidden.fill(0);
    MatrixProduct.add(
        outputWeightTransposed, 0, of.gates, 0, logits, of.hidden, 0, hidden, PairMath.PAIRS);
    PairMath.timesSlopes(of.hidden.values(), block.hiddenSlopes, ofHiddenBias, hidden);
    MatrixProduct.add(
        hiddenWeightTransposed, 0, of.hidden, 0, hidden, of.logits, 0, logits, PairMath.PAIRS);
    PairMath.transpose(
        block.logits.values(), of.logitRows.values(), pairs, of.logitRows.rowStride());
    MatrixProduct.add(of.hidden, 0, of.logitRows, 0, pairs, ofHiddenWeight, 0, hidden, logits);
    PairMath.transpose(of.gates.values(), of.gateRows.values(), pairs, of.gateRows.rowStride());
    MatrixProduct.add(
        block.hidden, 0, of.gateRows, 0, pairs, ofOutputWeightTransposed, 0, hidden, logits);
  }

  /** What has been added up. */
  GateWeights gradients() {
    float[] ofBias = new float[hidden];
    for (int h = 0; h < hidden; h++) {
      ofBias[h] = PairMath.sumOfLanes(ofHiddenBias, h);
    }
    float[] ofOutput = new float[logits * hidden];
    float[] transposed = ofOutputWeightTransposed.plain(hidden, logits, 1);
    for (int p = 0; p < logits; p++) {
      for (int h = 0; h < hidden; h++) {
        ofOutput[p * hidden + h] = transposed[h * logits + p];
      }
    }
    return new GateWeights(
        ofHiddenWeight.plain(hidden, logits, 1),
        ofBias,
        ofOutput,
        Arrays.copyOf(ofOutputBias, logits));
  }
}
