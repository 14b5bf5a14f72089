package dev.molstream.stream.request;

/**
 * How long answering takes, as a moving average: what a request must have left until its deadline
 * to be worth the work. Belongs to one task.
 */
final class ServiceTime {
  private static final double WEIGHT = 1.0 / 16;

  private double nanos;

  /** Whether a request with this much time left can be expected to be answered in time. */
  boolean fits(long leftMillis) {
    if (leftMillis * 1e6 > nanos) {
      return true;
    }
    // Should what made it slow be over, nothing else would tell while deadlines are short.
    nanos -= nanos * WEIGHT;
    return false;
  }

  /** What an answer took. */
  void took(long answerNanos) {
    nanos += (answerNanos - nanos) * WEIGHT;
  }

  /** The average so far, in milliseconds. */
  double millis() {
    return nanos / 1e6;
  }
}
