package dev.molstream.stream.request;

import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.service.DeadLetters;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.stream.history.UserHistory;
import dev.molstream.stream.validation.RequestRules;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Read your writes: a request that names events waits until the user's history holds them, for a
 * bounded time. The wait has no state of its own, since a request waits by going to the end of its
 * partition again, with the time it first did so in a header; a crash or a new owner of the
 * partition changes nothing. Belongs to one task.
 */
public final class EventWait {
  /** When the request was first held back, milliseconds since 1970; not copied to answers. */
  static final String HEADER = DeadLetters.HEADER_PREFIX + "waiting-since";

  private final UserHistory history;
  private final long longestMillis;
  private final Timer found;
  private final Timer missed;

  /**
   * @param longest how long to wait; zero: not at all
   */
  public EventWait(UserHistory history, Duration longest, MeterRegistry registry) {
    this.history = history;
    this.longestMillis = longest.toMillis();
    this.found = MolstreamMetric.EVENT_WAIT.timer(registry, "found");
    this.missed = MolstreamMetric.EVENT_WAIT.timer(registry, "missed");
  }

  /** Those of the request's afterEvents that the history does not hold; none for a bad request. */
  public List<String> missing(RecommendationRequest request) {
    List<String> named = request.getAfterEvents();
    return named.isEmpty() || RequestRules.problem(request) != null
        ? List.of()
        : history.missing(request.getUserId(), named);
  }

  /**
   * Whether a request with missing events must wait, or wait on. If so, {@code headers} say from
   * now on since when it does.
   */
  public boolean holdsBack(RecommendationRequest request, Headers headers, long nowMillis) {
    Instant deadline = request.getDeadline();
    long since = since(headers, nowMillis);
    if (nowMillis - since >= longestMillis
        || (deadline != null && deadline.toEpochMilli() <= nowMillis)) {
      return false;
    }
    headers.remove(HEADER);
    headers.add(HEADER, Long.toString(since).getBytes(StandardCharsets.UTF_8));
    return true;
  }

  /** Ends the wait of a request that is about to be answered; false when it did not wait. */
  public boolean end(Headers headers, List<String> missing, long nowMillis) {
    boolean heldBack = headers.lastHeader(HEADER) != null;
    if (heldBack || !missing.isEmpty()) {
      Timer outcome = missing.isEmpty() ? found : missed;
      outcome.record(nowMillis - since(headers, nowMillis), TimeUnit.MILLISECONDS);
    }
    headers.remove(HEADER);
    return heldBack;
  }

  /** What the header says, or now when there is none or none that can be true. */
  private static long since(Headers headers, long nowMillis) {
    Header header = headers.lastHeader(HEADER);
    if (header == null || header.value() == null) {
      return nowMillis;
    }
    String text = new String(header.value(), StandardCharsets.UTF_8);
    // At most 15 digits, so that parsing cannot overflow.
    return text.matches("[0-9]{1,15}") ? Math.min(Long.parseLong(text), nowMillis) : nowMillis;
  }
}
