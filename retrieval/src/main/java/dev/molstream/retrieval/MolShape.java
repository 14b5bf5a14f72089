package dev.molstream.retrieval;

/**
 * Sizes of a Mixture-of-Logits model (arXiv 2407.15462, section 3).
 *
 * @param baseDimension D, length of an item's base vector, 1 to 4096
 * @param queryComponents P_Q, component vectors per query, 1 to 64
 * @param itemComponents P_X, component vectors per item, 1 to 64
 * @param componentDimension d, length of a component vector, 1 to 1024
 * @param gateHidden H, hidden width of the cross gate G_qx, 1 to 4096
 * @param temperature τ, divides every component logit, 0.0001 to 10,000
 */
public record MolShape(
    int baseDimension,
    int queryComponents,
    int itemComponents,
    int componentDimension,
    int gateHidden,
    float temperature) {
  /** The largest magnitude of any number of a query, an item or a gate: keeps scores finite. */
  public static final float LARGEST_VALUE = 1e6f;

  private static final float LEAST_TEMPERATURE = 1e-4f;
  private static final float MOST_TEMPERATURE = 1e4f;

  public MolShape {
    requireRange("baseDimension", baseDimension, 4096);
    requireRange("queryComponents", queryComponents, 64);
    requireRange("itemComponents", itemComponents, 64);
    requireRange("componentDimension", componentDimension, 1024);
    requireRange("gateHidden", gateHidden, 4096);
    if (!(temperature >= LEAST_TEMPERATURE && temperature <= MOST_TEMPERATURE)) {
      throw new IllegalArgumentException(
          "temperature %s is not within %s to %s"
              .formatted(temperature, LEAST_TEMPERATURE, MOST_TEMPERATURE));
    }
  }

  /** L = P_Q · P_X, the number of component logits; logit p = queryIndex · P_X + itemIndex. */
  public int logits() {
    return queryComponents * itemComponents;
  }

  /** P_Q · d, the floats of a query's components. */
  public int queryFloats() {
    return queryComponents * componentDimension;
  }

  /** P_X · d, the floats of an item's components. */
  public int itemFloats() {
    return itemComponents * componentDimension;
  }

  /**
   * Checks a query's lengths and values.
   *
   * @throws IllegalArgumentException naming what does not fit
   */
  public void requireFits(MolQuery query) {
    requireVector("query components", query.components(), queryFloats());
    requireVector("query gate", query.gate(), logits());
  }

  /**
   * Checks the lengths and values of an item's vectors.
   *
   * @throws IllegalArgumentException naming the item and what does not fit
   */
  public void requireFits(MolItem item) {
    String name = "item " + item.itemId() + ": ";
    requireVector(name + "base", item.base(), baseDimension);
    requireVector(name + "components", item.components(), itemFloats());
    requireVector(name + "gate", item.gate(), logits());
  }

  static void requireVector(String name, float[] vector, int length) {
    if (vector.length != length) {
      throw new IllegalArgumentException(
          name + " has " + vector.length + " values, the shape needs " + length);
    }
    for (float value : vector) {
      if (!(Math.abs(value) <= LARGEST_VALUE)) {
        throw new IllegalArgumentException(
            name + " holds " + value + ", which is not within ±" + LARGEST_VALUE);
      }
    }
  }

  @Override
  public String toString() {
    return queryComponents + "x" + itemComponents + "x" + componentDimension;
  }

  private static void requireRange(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + " " + value + " is not within 1 to " + most);
    }
  }
}
