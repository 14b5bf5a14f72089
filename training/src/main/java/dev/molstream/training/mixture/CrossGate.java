package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.SimdMath;
import java.util.Arrays;

/** The cross gate W₂·SiLU(W₁·ℓ + b₁) + b₂ as the matrix products read it, and its gradients. */
final class CrossGate {
  private final int logits;
  private final int hidden;
  private final int hiddenRows;
  private final int logitRows;
  private final int logitStride;
  private final int hiddenStride;

  private final Matrix hiddenWeight;
  private final float[] hiddenBias;
  private final Matrix outputWeight;
  private final float[] outputBias;

  private final Matrix ofHiddenWeight;
  private final float[] ofHiddenBias;
  private final Matrix ofOutputWeight; // [H, L], unlike the weight
  private final float[] ofOutputBias;

  CrossGate(MolShape shape, GateWeights weights) {
    this.logits = shape.logits();
    this.hidden = shape.gateHidden();
    this.hiddenRows = MatrixProduct.paddedRows(hidden);
    this.logitRows = MatrixProduct.paddedRows(logits);
    this.logitStride = MatrixProduct.paddedColumns(logits);
    this.hiddenStride = MatrixProduct.paddedColumns(hidden);
    this.hiddenWeight =
        Matrix.of(
            Rows.padded(weights.hiddenWeight(), hidden, logits, hiddenRows, logitStride, 1),
            logitStride);
    this.hiddenBias = Arrays.copyOf(weights.hiddenBias(), hiddenRows);
    this.outputWeight =
        Matrix.of(
            Rows.padded(weights.outputWeight(), logits, hidden, logitRows, hiddenStride, 1),
            hiddenStride);
    this.outputBias = Arrays.copyOf(weights.outputBias(), logitStride);
    this.ofHiddenWeight = Matrix.of(new float[hiddenRows * logitStride], logitStride);
    this.ofHiddenBias = new float[hiddenRows * SimdMath.SPECIES.length()];
    this.ofOutputWeight = Matrix.of(new float[hiddenRows * logitStride], logitStride);
    this.ofOutputBias = new float[logitStride];
  }

  /** b₂; whole vectors. */
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
    for (int h = 0; h < hiddenRows; h++) {
      Arrays.fill(activations, h * PairMath.PAIRS, (h + 1) * PairMath.PAIRS, hiddenBias[h]);
    }
    MatrixProduct.add(
        hiddenWeight, 0, block.logits, 0, logits, block.hidden, 0, hidden, PairMath.PAIRS);
    SimdMath.siluWithSlope(activations, block.hiddenSlopes, activations.length);
    MatrixProduct.add(
        outputWeight, 0, block.hidden, 0, hidden, block.gates, 0, logits, PairMath.PAIRS);
  }

  /**
   * Adds to the gradients of the logits and of the weights, but not of the output bias.
   *
   * @param pairs how many pairs of the block count
   */
  void backward(PairBlock block, PairGradients of, int pairs) {
    float[] ofHidden = of.hidden.values();
    Arrays.fill(ofHidden, 0);
    MatrixProduct.add(
        outputWeight.transposed(), 0, of.gates, 0, logits, of.hidden, 0, hidden, PairMath.PAIRS);
    PairMath.timesSlopes(ofHidden, block.hiddenSlopes, ofHiddenBias, hidden);
    MatrixProduct.add(
        hiddenWeight.transposed(), 0, of.hidden, 0, hidden, of.logits, 0, logits, PairMath.PAIRS);
    PairMath.transpose(block.logits.values(), logits, of.logitRows.values(), pairs, logitStride);
    MatrixProduct.add(of.hidden, 0, of.logitRows, 0, pairs, ofHiddenWeight, 0, hidden, logits);
    PairMath.transpose(of.gates.values(), logits, of.gateRows.values(), pairs, logitStride);
    MatrixProduct.add(block.hidden, 0, of.gateRows, 0, pairs, ofOutputWeight, 0, hidden, logits);
  }

  /** What has been added up. */
  GateWeights gradients() {
    float[] ofBias = new float[hidden];
    for (int h = 0; h < hidden; h++) {
      ofBias[h] = PairMath.sumOfLanes(ofHiddenBias, h);
    }
    float[] ofOutput = new float[logits * hidden];
    for (int p = 0; p < logits; p++) {
      for (int h = 0; h < hidden; h++) {
        ofOutput[p * hidden + h] = ofOutputWeight.values()[h * logitStride + p];
      }
    }
    return new GateWeights(
        Rows.plain(ofHiddenWeight.values(), hidden, logits, hiddenRows, logitStride, 1),
        ofBias,
        ofOutput,
        Arrays.copyOf(ofOutputBias, logits));
  }
}
