package dev.molstream.training.mixture;

import dev.molstream.retrieval.kernel.SimdMath;

/**
 * The negatives of each position, and the cross entropy against them: log(e^s⁺ + Σ e^(s + weight))
 * - s⁺.
 *
 * @param count R, how many negatives a position has
 * @param items [M, R] places of the negatives
 * @param logWeights [M, R] are added to the negatives' scores; -∞ where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record Sample(int count, long[] items, float[] logWeights) {
  private static final float LEAST = (float) Math.exp(PairMath.LEAST);

  /**
   * A position's loss.
   *
   * @param positive score
   * @param negatives scores, whole blocks
   * @param slopes receives the loss's gradient of the negatives' scores, 0 beyond the sample
   */
  double loss(int position, float positive, float[] negatives, float[] slopes) {
    float greatest = positive;
    for (int i = 0; i < count; i++) {
      slopes[i] = negatives[i] + logWeights[position * count + i];
      greatest = Math.max(greatest, slopes[i]);
    }
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = i < count ? slopes[i] - greatest : Float.NEGATIVE_INFINITY;
    }
    SimdMath.exp(1, slopes, 0, slopes, 0, slopes.length);
    double total = Math.exp(positive - greatest);
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = slopes[i] < LEAST ? 0 : slopes[i];
      total += slopes[i];
    }
    float share = (float) (1 / total);
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] *= share;
    }
    return Math.log(total) + greatest - positive;
  }

  /** The gradient of the positive's score, without the cancellation of a share less 1. */
  static float positiveSlope(float[] slopes) {
    double sum = 0;
    for (float slope : slopes) {
      sum += slope;
    }
    return (float) -sum;
  }
}
