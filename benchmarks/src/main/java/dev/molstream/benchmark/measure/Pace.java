package dev.molstream.benchmark.measure;

import java.time.Duration;

/**
 * How long to measure.
 *
 * @param warmUp at most so long per contestant
 * @param measuring at most so long per contestant
 * @param samples at most so many searches per contestant
 * @param leastSamples at least so many, however long they take
 */
public record Pace(Duration warmUp, Duration measuring, int samples, int leastSamples) {
  /** A fraction of the time and the samples. */
  Pace part(int divisor) {
    return new Pace(
        warmUp.dividedBy(divisor),
        measuring.dividedBy(divisor),
        Math.max(1, samples / divisor),
        Math.max(1, leastSamples / divisor));
  }
}
