package dev.molstream.training.mixture;

import java.util.SplittableRandom;

/**
 * Which gates are dropped: a coin per pair and logit, tossed by a hash.
 *
 * @param threshold how likely, see {@link PairMath#threshold}
 * @param positiveKey key of the first positive pair, those of the others follow
 * @param negativeKey the same of the negative ones
 */
record GateDropout(int threshold, int positiveKey, int negativeKey) {
  static GateDropout of(double rate, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new GateDropout(PairMath.threshold(rate), random.nextInt(), random.nextInt());
  }
}
