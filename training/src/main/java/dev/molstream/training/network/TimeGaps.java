package dev.molstream.training.network;

/**
 * Buckets of the time between two events, finer for short gaps: floor(ln(max(1, seconds)) / 0.301)
 * (as the code of arXiv 2402.17152 has it). 70 buckets reach 45 years; longer gaps share the last.
 */
public final class TimeGaps {
  /** The width of a bucket in ln(seconds). */
  public static final float WIDTH = 0.301f;

  /** Beyond this many buckets lie only gaps longer than 64-bit milliseconds hold. */
  public static final int MOST_BUCKETS = 128;

  private TimeGaps() {}

  /**
   * The buckets of what an event sees of those before it: the gap from each of them to the event
   * after it, which at serving is the request. So nothing but the time of the request is known of
   * what comes next.
   *
   * @param histories the batch
   * @param buckets how many there are
   * @return [B · n · n], row major; 0 above the diagonal
   */
  static long[] of(Histories histories, int buckets) {
    int users = histories.users();
    int length = histories.length();
    long[] gaps = new long[users * length * length];
    for (int user = 0; user < users; user++) {
      for (int i = 0; i < length; i++) {
        long next = histories.nextTimes()[user * length + i];
        int row = (user * length + i) * length;
        for (int j = 0; j <= i; j++) {
          gaps[row + j] = bucket(next - histories.times()[user * length + j], buckets);
        }
      }
    }
    return gaps;
  }

  /** The bucket of a gap in milliseconds; its sign does not matter. */
  static int bucket(long gapMillis, int buckets) {
    float seconds = Math.max(1f, Math.abs((float) gapMillis) / 1000f);
    return Math.min(buckets - 1, (int) ((float) Math.log(seconds) / WIDTH));
  }
}
