package dev.molstream.retrieval.partition;

/**
 * How far estimates are off, learned during a search from those that were checked. A local model is
 * the worse the further it reaches: an estimate that lies r above or below the score at the model's
 * own item is taken to be off by 1 + r/{@value #DOUBLED_AT} times what one at that item is. One
 * thread.
 */
public final class EstimateError {
  /** Squared error that estimates are taken to have at first, as if one had been checked. */
  private static final double FIRST_SQUARED_ERROR = 0.01;

  private static final float DOUBLED_AT = 2;

  private double squares;
  private long count;

  /** Forgets what it learned. */
  public void start() {
    squares = FIRST_SQUARED_ERROR;
    count = 1;
  }

  /**
   * Learns from an estimate that was checked.
   *
   * @param origin the score at the item where its model was taken
   * @param score what it should have been
   */
  public void add(float estimate, float origin, float score) {
    double error = (score - estimate) / growth(estimate - origin);
    squares += error * error;
    count++;
  }

  /** The usual error of an estimate at its model's own item. */
  public float atOrigin() {
    return (float) Math.sqrt(squares / count);
  }

  /** How many times that error an estimate has that lies so far from the origin. */
  static float growth(float reach) {
    return 1 + Math.abs(reach) / DOUBLED_AT;
  }
}
