package dev.molstream.load;

import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.Timings;
import java.time.Duration;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Which requests of a load were sent, refused and answered. Any thread. */
final class Ledger {
  private final int capacity;
  private final BitSet answered;
  private final BitSet refused;
  private final Map<RecommendationStatus, Long> statuses =
      new EnumMap<>(RecommendationStatus.class);
  private final Histogram latency = LoadResult.histogram();
  private int sent;
  private boolean allSent;
  private long firstAnswers;
  private long duplicated;
  private long ranked;
  private double waitMicros;
  private double historyMicros;
  private double encodeMicros;
  private double searchMicros;

  /**
   * An empty ledger.
   *
   * @param capacity requests are numbered from 0 to below it
   */
  Ledger(int capacity) {
    this.capacity = capacity;
    this.answered = new BitSet(capacity);
    this.refused = new BitSet(capacity);
  }

  /** One more request is on its way. */
  synchronized void sent() {
    sent++;
  }

  /** The broker did not take a request, or did not say so in time. */
  synchronized void refused(int request) {
    if (!answered.get(request)) {
      refused.set(request);
      notifyAll();
    }
  }

  /** No more requests will be sent. */
  synchronized void allSent() {
    allSent = true;
    notifyAll();
  }

  /**
   * An answer has come. One for a number that no request has is passed over.
   *
   * @param nanos since the request was due
   */
  synchronized void answered(int request, long nanos, Recommendations answer) {
    if (request < 0 || request >= capacity) {
      return;
    }
    if (answered.get(request)) {
      duplicated++;
      return;
    }
    answered.set(request);
    refused.clear(request);
    firstAnswers++;
    LoadResult.record(latency, nanos);
    RecommendationStatus status = answer.getStatus();
    statuses.merge(status, 1L, Long::sum);
    if (status == RecommendationStatus.OK || status == RecommendationStatus.PARTIAL) {
      time(answer.getTimings());
    }
    if (isComplete()) {
      notifyAll();
    }
  }

  /** Waits until every request is answered or refused; false when that takes too long. */
  synchronized boolean await(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!isComplete()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** What came of the load so far. */
  synchronized LoadResult result(Schedule schedule, Histogram lateness) {
    return new LoadResult(
        schedule,
        sent,
        firstAnswers,
        refused.cardinality(),
        duplicated,
        statuses,
        latency.copy(),
        lateness,
        new LoadResult.Stages(
            waitMicros / ranked,
            historyMicros / ranked,
            encodeMicros / ranked,
            searchMicros / ranked));
  }

  private boolean isComplete() {
    return allSent && firstAnswers + refused.cardinality() >= sent;
  }

  private void time(Timings timings) {
    ranked++;
    waitMicros += timings.getWaitMicros();
    historyMicros += timings.getHistoryMicros();
    encodeMicros += timings.getEncodeMicros();
    searchMicros += timings.getSearchMicros();
  }
}
