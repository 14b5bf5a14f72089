package dev.molstream.load;

import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;

/** Does what a schedule says when it says so, and late rather than never. */
final class OpenLoop {
  private final Schedule schedule;
  private final Pace pace;
  private final long startNanos;
  private final Histogram lateness = LoadResult.histogram();

  OpenLoop(Schedule schedule, Pace pace) {
    this.schedule = schedule;
    this.pace = pace;
    this.startNanos = pace.nanos();
  }

  /**
   * Sends all requests, or those that are due before it is stopped, on the calling thread.
   *
   * @param send is given the number of each request, from 0
   */
  void run(IntConsumer send, BooleanSupplier stopped) {
    int requests = schedule.requests();
    for (int request = 0; request < requests && !stopped.getAsBoolean(); request++) {
      pace.until(startNanos + schedule.dueNanos(request));
      LoadResult.record(lateness, nanosSinceDue(request));
      send.accept(request);
    }
  }

  /** How long ago a request was due. */
  long nanosSinceDue(int request) {
    return pace.nanos() - startNanos - schedule.dueNanos(request);
  }

  /** How late requests were sent, microseconds: the generator's own failing, if large. */
  Histogram lateness() {
    return lateness;
  }
}
