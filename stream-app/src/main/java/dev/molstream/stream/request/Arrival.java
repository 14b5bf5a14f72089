package dev.molstream.stream.request;

import java.time.Instant;
import java.util.List;

/**
 * How a request came to be read.
 *
 * @param place names the request when it has no usable name of its own
 * @param sentMillis the request record's timestamp
 * @param nowMillis the time of processing
 * @param heldBack whether it has waited for events, and so was let in before
 * @param missingEvents those of its afterEvents that the history does not hold
 */
public record Arrival(
    String place, long sentMillis, long nowMillis, boolean heldBack, List<String> missingEvents) {
  public Arrival {
    missingEvents = List.copyOf(missingEvents);
  }

  /** The time of processing. */
  Instant now() {
    return Instant.ofEpochMilli(nowMillis);
  }

  /** From sending to processing; negative when the clocks disagree. */
  long waitMillis() {
    return nowMillis - sentMillis;
  }
}
