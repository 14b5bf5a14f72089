package dev.molstream.load;

import java.time.Duration;

/**
 * When requests are due: evenly spaced, the first at once.
 *
 * @param perSecond 1 to 100,000
 * @param duration a millisecond to a day, with at most 50,000,000 requests in it
 */
public record Schedule(int perSecond, Duration duration) {
  /** The highest rate. */
  public static final int MOST_PER_SECOND = 100_000;

  /** The longest duration. */
  public static final Duration LONGEST = Duration.ofDays(1);

  /** The most requests. */
  public static final int MOST_REQUESTS = 50_000_000;

  private static final double NANOS_PER_SECOND = 1e9;

  public Schedule {
    if (perSecond < 1 || perSecond > MOST_PER_SECOND) {
      throw new IllegalArgumentException(
          perSecond + " requests per second are not within 1 to " + MOST_PER_SECOND);
    }
    if (duration.toMillis() < 1 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(duration + " is not within 1 ms to " + LONGEST);
    }
    long requests = duration.toMillis() * perSecond / 1000;
    if (requests > MOST_REQUESTS) {
      throw new IllegalArgumentException(
          "%,d requests are more than %,d".formatted(requests, MOST_REQUESTS));
    }
  }

  /** How many requests there are, at least 1. */
  public int requests() {
    return (int) Math.max(1, duration.toMillis() * perSecond / 1000);
  }

  /** When a request is due, nanoseconds from the start. */
  public long dueNanos(int request) {
    return Math.round(request * NANOS_PER_SECOND / perSecond);
  }
}
