package dev.molstream.training.mixture;

import dev.molstream.retrieval.kernel.SimdMath;
import dev.molstream.training.loss.OwnNegatives;

/** Cross entropy against a position's negatives: log(e^s⁺ + Σ e^(s + weight)) - s⁺. */
final class CrossEntropy {
  private static final float LEAST = (float) Math.exp(PairMath.LEAST);

  private CrossEntropy() {}

  /**
   * A position's loss.
   *
   * @param positive score
   * @param scores of the negatives, whole blocks
   * @param slopes receives the loss's gradient of the negatives' scores, 0 beyond the sample
   */
  static double loss(
      OwnNegatives negatives, int position, float positive, float[] scores, float[] slopes) {
    int count = negatives.count();
    float greatest = positive;
    for (int i = 0; i < count; i++) {
      slopes[i] = scores[i] + negatives.logWeights()[position * count + i];
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
