package dev.molstream.training.mixture;

import dev.molstream.retrieval.kernel.SimdMath;

/**
 * Cross entropy against shared negatives, as {@link
 * dev.molstream.training.loss.SampledSoftmax#overSample} defines it.
 *
 * @param labels [M] items that came next
 * @param items [R] the negatives; where one is the label it is left out
 * @param logWeight is added to the negatives' scores
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record Sample(long[] labels, long[] items, float logWeight) {
  /**
   * A position's loss.
   *
   * @param negatives [whole tables of pairs] scores
   * @param slopes receives the loss's gradient of them, 0 beyond the sample
   */
  double loss(int position, float positive, float[] negatives, float[] slopes) {
    float greatest = positive;
    for (int i = 0; i < items.length; i++) {
      boolean isLabel = items[i] == labels[position];
      slopes[i] = isLabel ? Float.NEGATIVE_INFINITY : negatives[i] + logWeight;
      greatest = Math.max(greatest, slopes[i]);
    }
    for (int i = 0; i < items.length; i++) {
      slopes[i] -= greatest;
    }
    SimdMath.exp(1, slopes, 0, slopes, 0, slopes.length);
    double others = 0;
    for (int i = 0; i < items.length; i++) {
      slopes[i] = slopes[i] < LEAST_SHARE ? 0 : slopes[i];
      others += slopes[i];
    }
    double total = others + Math.exp(positive - greatest);
    float share = (float) (1 / total);
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = i < items.length ? slopes[i] * share : 0;
    }
    return Math.log(total) + greatest - positive;
  }

  /** Smaller ones would make subnormal products. */
  private static final float LEAST_SHARE = (float) Math.exp(PairMath.LEAST);

  /** The gradient of the positive's score. */
  static float positiveSlope(float[] slopes) {
    double sum = 0;
    for (float slope : slopes) {
      sum += slope;
    }
    return (float) -sum;
  }
}
