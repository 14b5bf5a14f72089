package dev.molstream.stream.request;

import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that have waited too long, so that a queue longer than the machine can work off
 * costs some requests their answer and not all of them their time: refusing one takes microseconds.
 * As CoDel does, it tells a burst from a queue that stands. While now and then a request comes that
 * has hardly waited, only those are refused that have waited for the whole limit. When none has
 * come for as long as the limit, the queue stands, and whoever has waited for a fifth of the limit
 * is refused, early rather than late, until the queue is shorter. Belongs to one task.
 */
final class Admission {
  private static final int EARLY = 5;

  private final long limitMillis;
  private final long earlyMillis;
  private long lastShortWait = Long.MIN_VALUE;

  /**
   * @param limitMillis the longest wait that is still answered; 0: any
   */
  Admission(long limitMillis) {
    this.limitMillis = limitMillis;
    this.earlyMillis = Math.max(1, limitMillis / EARLY);
  }

  /** Why a request that was sent and is read at these times is refused, or null. */
  @Nullable String refusal(long sentMillis, long nowMillis) {
    if (limitMillis == 0) {
      return null;
    }
    long wait = nowMillis - sentMillis;
    if (wait < earlyMillis || lastShortWait == Long.MIN_VALUE) {
      lastShortWait = nowMillis;
    }
    boolean stands = nowMillis - lastShortWait >= limitMillis;
    long most = stands ? earlyMillis : limitMillis;
    return wait < most
        ? null
        : "the request waited %d ms to be read, valid is less than %d ms%s"
            .formatted(wait, most, stands ? " while the queue does not clear" : "");
  }
}
