package dev.molstream.model.encoder;

/**
 * Buckets of the time between two events, finer for short gaps: floor(ln(max(1, seconds)) / 0.301)
 * (as the code of arXiv 2402.17152 has it). 70 buckets reach 45 years; longer gaps share the last.
 */
public final class TimeBuckets {
  /** The width of a bucket in ln(seconds). */
  public static final float WIDTH = 0.301f;

  /** Beyond this many buckets lie only gaps longer than 64-bit milliseconds hold. */
  public static final int MOST = 128;

  private final long[] starts;

  /**
   * The first {@code count} buckets.
   *
   * @param count 1 to {@link #MOST}
   */
  TimeBuckets(int count) {
    starts = new long[count];
    for (int bucket = 1; bucket < count; bucket++) {
      starts[bucket] = start(bucket, count);
    }
  }

  /** The bucket of a gap in milliseconds; its sign does not matter. */
  public static int bucket(long gapMillis, int buckets) {
    float seconds = Math.max(1f, Math.abs((float) gapMillis) / 1000f);
    return Math.min(buckets - 1, (int) ((float) Math.log(seconds) / WIDTH));
  }

  /** The same without a logarithm, fast when {@code near} is the bucket of a similar gap. */
  int bucket(long gapMillis, int buckets, int near) {
    long gap = gapMillis == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(gapMillis);
    int bucket = near;
    while (bucket + 1 < buckets && gap >= starts[bucket + 1]) {
      bucket++;
    }
    while (bucket > 0 && gap < starts[bucket]) {
      bucket--;
    }
    return bucket;
  }

  /** The smallest gap that lies in the bucket; the logarithm never falls as the gap grows. */
  private static long start(int bucket, int buckets) {
    long low = 0;
    long high = Long.MAX_VALUE;
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (bucket(middle, buckets) >= bucket) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
