package dev.molstream.stream.popularity;

import java.time.Duration;

/**
 * Counts that halve every half-life, kept as logarithms against a fixed origin: an event at time t
 * weighs 2^(t/halfLife), and a weight is the log2 of a sum of such. Weights of different items
 * compare without being brought to the same time, and never shrink.
 *
 * @param halfLife greater than zero
 */
public record Decay(Duration halfLife) {
  /** The weight of no event. */
  static final double NOTHING = Double.NEGATIVE_INFINITY;

  private static final double LN_2 = Math.log(2);

  public Decay {
    if (halfLife.isNegative() || halfLife.toMillis() == 0) {
      throw new IllegalArgumentException("half-life " + halfLife + " is not at least 1 ms");
    }
  }

  /** The weight after one more event: log2(2^weight + 2^(t/halfLife)), without overflow. */
  double add(double weight, long timestampMillis) {
    double event = halfLives(timestampMillis);
    double larger = Math.max(weight, event);
    double smaller = Math.min(weight, event);
    return larger + Math.log1p(Math.exp((smaller - larger) * LN_2)) / LN_2;
  }

  /** log2 of the count behind {@code weight}, decayed to the given time. */
  double log2CountAt(double weight, long timestampMillis) {
    return weight - halfLives(timestampMillis);
  }

  private double halfLives(long timestampMillis) {
    return (double) timestampMillis / halfLife.toMillis();
  }
}
