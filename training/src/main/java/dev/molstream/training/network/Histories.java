package dev.molstream.training.network;

import org.bytedeco.pytorch.Tensor;

/**
 * A batch of histories as the network reads them, oldest event first, padded on the right. Times
 * are read by encoders with a time bias only, user rows by networks with a user component only.
 *
 * @param vectors [B, n, D] base vectors
 * @param times [B · n] of the events, milliseconds since 1970
 * @param nextTimes [B · n] of the event after each, or of the request
 * @param userRows [B] rows of the user table; 0 is nobody in particular
 */
@SuppressWarnings("ArrayRecordComponent") // handed over whole to one worker
public record Histories(Tensor vectors, long[] times, long[] nextTimes, long[] userRows) {
  /** B. */
  public int users() {
    return (int) vectors.size(0);
  }

  /** n. */
  public int length() {
    return (int) vectors.size(1);
  }
}
