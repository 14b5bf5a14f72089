package dev.molstream.stream.request;

import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.stream.request.Recommender.Ranking;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** What is counted and timed of requests. Thread-safe. */
public final class RequestMetrics {
  private final Map<RecommendationStatus, Counter> answers =
      new EnumMap<>(RecommendationStatus.class);
  private final Map<RecommendationStatus, Timer> totals = new EnumMap<>(RecommendationStatus.class);
  private final Timer wait;
  private final Timer history;
  private final Timer encode;
  private final Timer search;
  private final Counter unknownItems;

  /** Meters in {@code registry}; the same ones for every task. */
  public RequestMetrics(MeterRegistry registry) {
    for (RecommendationStatus status : RecommendationStatus.values()) {
      answers.put(status, MolstreamMetric.REQUESTS.counter(registry, status.name()));
      totals.put(status, MolstreamMetric.REQUEST_TIME.timer(registry, status.name()));
    }
    wait = MolstreamMetric.STAGE_TIME.timer(registry, "wait");
    history = MolstreamMetric.STAGE_TIME.timer(registry, "history");
    encode = MolstreamMetric.STAGE_TIME.timer(registry, "encode");
    search = MolstreamMetric.STAGE_TIME.timer(registry, "search");
    unknownItems = MolstreamMetric.UNKNOWN_HISTORY_ITEMS.counter(registry);
  }

  /** Counts an answer and its whole time. */
  public void answered(RecommendationStatus status, long totalNanos) {
    Objects.requireNonNull(answers.get(status)).increment();
    Objects.requireNonNull(totals.get(status)).record(totalNanos, TimeUnit.NANOSECONDS);
  }

  /** Counts the parts of a search; a cold start has no encoding. */
  void ranked(Ranking ranking, long waitMillis) {
    wait.record(Math.max(0, waitMillis), TimeUnit.MILLISECONDS);
    history.record(ranking.historyNanos(), TimeUnit.NANOSECONDS);
    if (ranking.status() == RecommendationStatus.OK) {
      encode.record(ranking.encodeNanos(), TimeUnit.NANOSECONDS);
    }
    if (ranking.asked() == null) {
      search.record(ranking.searchNanos(), TimeUnit.NANOSECONDS);
    }
    unknownItems.increment(ranking.unknownItems());
  }
}
