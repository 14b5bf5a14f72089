package dev.molstream.benchmark;

import dev.molstream.retrieval.MolShape;

/**
 * Sizes of a mixture.
 *
 * @param queryComponents P_Q
 * @param itemComponents P_X
 * @param componentDimension d
 * @param gateHidden H
 */
public record Mixture(
    int queryComponents, int itemComponents, int componentDimension, int gateHidden) {
  private static final int BASE_DIMENSION = 64;
  private static final float TEMPERATURE = 0.05f;

  public Mixture {
    var _ =
        new MolShape(
            BASE_DIMENSION,
            queryComponents,
            itemComponents,
            componentDimension,
            gateHidden,
            TEMPERATURE);
  }

  /**
   * A shape of these sizes, with the training recipe's base dimension and the paper's temperature.
   */
  MolShape toShape() {
    return new MolShape(
        BASE_DIMENSION,
        queryComponents,
        itemComponents,
        componentDimension,
        gateHidden,
        TEMPERATURE);
  }

  /** Whether a model's mixture has these sizes, its gate's hidden width aside. */
  boolean fits(MolShape shape) {
    return shape.queryComponents() == queryComponents
        && shape.itemComponents() == itemComponents
        && shape.componentDimension() == componentDimension;
  }

  @Override
  public String toString() {
    return queryComponents + "x" + itemComponents + "x" + componentDimension;
  }
}
