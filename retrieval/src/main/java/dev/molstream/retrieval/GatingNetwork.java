package dev.molstream.retrieval;

/**
 * Weights of the cross gate G_qx: Linear(L→H) → SiLU → Linear(H→L), applied to the component logits
 * after division by τ (paper section 3.1). Immutable.
 */
public final class GatingNetwork {
  private final float[] hiddenWeight;
  private final float[] hiddenBias;
  private final float[] outputWeight;
  private final float[] outputBias;

  private GatingNetwork(
      float[] hiddenWeight, float[] hiddenBias, float[] outputWeight, float[] outputBias) {
    this.hiddenWeight = hiddenWeight;
    this.hiddenBias = hiddenBias;
    this.outputWeight = outputWeight;
    this.outputBias = outputBias;
  }

  /**
   * Copies the weights, row major as PyTorch's Linear holds them.
   *
   * @param hiddenWeight H × L
   * @param hiddenBias H
   * @param outputWeight L × H
   * @param outputBias L
   */
  public static GatingNetwork of(
      MolShape shape,
      float[] hiddenWeight,
      float[] hiddenBias,
      float[] outputWeight,
      float[] outputBias) {
    int products = shape.gateHidden() * shape.logits();
    MolShape.requireVector("hiddenWeight", hiddenWeight, products);
    MolShape.requireVector("hiddenBias", hiddenBias, shape.gateHidden());
    MolShape.requireVector("outputWeight", outputWeight, products);
    MolShape.requireVector("outputBias", outputBias, shape.logits());
    return new GatingNetwork(
        hiddenWeight.clone(), hiddenBias.clone(), outputWeight.clone(), outputBias.clone());
  }

  /** A copy of the H × L weights of the first layer, row major. */
  public float[] hiddenWeight() {
    return hiddenWeight.clone();
  }

  /** A copy of the H biases of the first layer. */
  public float[] hiddenBias() {
    return hiddenBias.clone();
  }

  /** A copy of the L × H weights of the second layer, row major. */
  public float[] outputWeight() {
    return outputWeight.clone();
  }

  /** A copy of the L biases of the second layer. */
  public float[] outputBias() {
    return outputBias.clone();
  }
}
