package dev.molstream.retrieval.kernel;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolShape;

/**
 * The Mixture-of-Logits score of one query and one item, written to be read (arXiv 2407.15462,
 * section 3, in the order of the authors' code). The ground truth for every kernel. Holds scratch
 * memory: one thread at a time.
 */
public final class ReferenceScorer {
  private final MolShape shape;
  private final float[] hiddenWeight;
  private final float[] hiddenBias;
  private final float[] outputWeight;
  private final float[] outputBias;
  private final float[] logits;
  private final float[] hidden;
  private final double[] gate;

  /** A scorer for models of this shape with these cross-gate weights. */
  public ReferenceScorer(MolShape shape, GatingNetwork gating) {
    this.shape = shape;
    this.hiddenWeight = gating.hiddenWeight();
    this.hiddenBias = gating.hiddenBias();
    this.outputWeight = gating.outputWeight();
    this.outputBias = gating.outputBias();
    this.logits = new float[shape.logits()];
    this.hidden = new float[shape.gateHidden()];
    this.gate = new double[shape.logits()];
  }

  /**
   * Σ_p π_p·ℓ_p, within ±1/τ for unit components.
   *
   * @param queryComponents F, P_Q × d
   * @param queryGate a(q), L
   * @param itemComponents G, P_X × d
   * @param itemGate b(x), L
   */
  public float score(
      float[] queryComponents, float[] queryGate, float[] itemComponents, float[] itemGate) {
    double[] weights = gates(queryComponents, queryGate, itemComponents, itemGate);
    double score = 0;
    for (int p = 0; p < logits.length; p++) {
      score += weights[p] * logits[p];
    }
    return (float) score;
  }

  /**
   * π, L weights that sum to 1; valid until the next call.
   *
   * @param queryComponents F, P_Q × d
   * @param queryGate a(q), L
   * @param itemComponents G, P_X × d
   * @param itemGate b(x), L
   */
  public double[] gates(
      float[] queryComponents, float[] queryGate, float[] itemComponents, float[] itemGate) {
    var _ = componentLogits(queryComponents, itemComponents);
    hiddenLayer();
    gateLogits(queryGate, itemGate);
    softmax();
    return gate;
  }

  /** ℓ_p = ⟨F_n, G_m⟩ / τ for every pair, p = n·P_X + m; valid until the next call. */
  float[] componentLogits(float[] queryComponents, float[] itemComponents) {
    int dimension = shape.componentDimension();
    for (int n = 0; n < shape.queryComponents(); n++) {
      for (int m = 0; m < shape.itemComponents(); m++) {
        float dot = 0;
        for (int k = 0; k < dimension; k++) {
          dot += queryComponents[n * dimension + k] * itemComponents[m * dimension + k];
        }
        logits[n * shape.itemComponents() + m] = dot / shape.temperature();
      }
    }
    return logits;
  }

  /** SiLU(W₁·ℓ + b₁). */
  private void hiddenLayer() {
    for (int h = 0; h < hidden.length; h++) {
      float sum = hiddenBias[h];
      for (int p = 0; p < logits.length; p++) {
        sum += hiddenWeight[h * logits.length + p] * logits[p];
      }
      hidden[h] = (float) silu(sum);
    }
  }

  /** SiLU(s), s = a ⊙ b + W₂·hidden + b₂. */
  private void gateLogits(float[] queryGate, float[] itemGate) {
    for (int p = 0; p < logits.length; p++) {
      float sum = outputBias[p];
      for (int h = 0; h < hidden.length; h++) {
        sum += outputWeight[p * hidden.length + h] * hidden[h];
      }
      gate[p] = silu(queryGate[p] * itemGate[p] + sum);
    }
  }

  private void softmax() {
    double most = Double.NEGATIVE_INFINITY;
    for (double value : gate) {
      most = Math.max(most, value);
    }
    double sum = 0;
    for (int p = 0; p < gate.length; p++) {
      gate[p] = Math.exp(gate[p] - most);
      sum += gate[p];
    }
    for (int p = 0; p < gate.length; p++) {
      gate[p] /= sum;
    }
  }

  private static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }
}
