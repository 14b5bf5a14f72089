package dev.molstream.training.network;

import dev.molstream.model.encoder.TimeBuckets;

/** {@link TimeBuckets} of whole batches. */
final class TimeGaps {
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
          gaps[row + j] = TimeBuckets.bucket(next - histories.times()[user * length + j], buckets);
        }
      }
    }
    return gaps;
  }
}
