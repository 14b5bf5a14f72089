package dev.molstream.load;

import dev.molstream.schemas.RecommendationStatus;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What came of a load.
 *
 * @param requests how many were sent
 * @param answered how many of them were answered, each counted once
 * @param refused how many the broker did not take
 * @param duplicated answers beyond the first of a request
 * @param statuses how many first answers had which status
 * @param latency from when a request was due to its first answer, microseconds
 * @param lateness from when a request was due until it was sent, microseconds
 * @param stages mean microseconds within the stream application
 */
public record LoadResult(
    Schedule schedule,
    long requests,
    long answered,
    long refused,
    long duplicated,
    Map<RecommendationStatus, Long> statuses,
    Histogram latency,
    Histogram lateness,
    Stages stages) {
  private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final int DIGITS = 3;

  public LoadResult {
    Map<RecommendationStatus, Long> copy = new EnumMap<>(RecommendationStatus.class);
    copy.putAll(statuses);
    statuses = copy;
  }

  /** Mean microseconds of the parts of an answer that was ranked; NaN when there was none. */
  public record Stages(double waiting, double history, double encode, double search) {}

  /** Requests that the broker took and nobody answered. */
  public long lost() {
    return requests - refused - answered;
  }

  /** How many first answers had this status. */
  public long with(RecommendationStatus status) {
    return statuses.getOrDefault(status, 0L);
  }

  /** Whether every request was taken and answered exactly once. */
  public boolean isAnsweredOnce() {
    return answered == requests && duplicated == 0;
  }

  /** A percentile of the latency, milliseconds. */
  public double millis(double percentile) {
    return latency.getValueAtPercentile(percentile) / 1e3;
  }

  /** The figures by their names in JSON. */
  public Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("rate", schedule.perSecond());
    figures.put("seconds", schedule.duration().toMillis() / 1e3);
    figures.put("requests", requests);
    figures.put("answered", answered);
    figures.put("lost", lost());
    figures.put("refused", refused);
    figures.put("duplicated", duplicated);
    figures.put("ok", with(RecommendationStatus.OK));
    figures.put("coldStart", with(RecommendationStatus.COLD_START));
    figures.put("partial", with(RecommendationStatus.PARTIAL));
    figures.put("expired", with(RecommendationStatus.EXPIRED));
    figures.put("overloaded", with(RecommendationStatus.OVERLOADED));
    figures.put("invalid", with(RecommendationStatus.INVALID));
    figures.put("p50Millis", millis(50));
    figures.put("p90Millis", millis(90));
    figures.put("p99Millis", millis(99));
    figures.put("p999Millis", millis(99.9));
    figures.put("maxMillis", millis(100));
    figures.put("sentLateP99Millis", lateness.getValueAtPercentile(99) / 1e3);
    put(figures, "meanWaitMicros", stages.waiting());
    put(figures, "meanHistoryMicros", stages.history());
    put(figures, "meanEncodeMicros", stages.encode());
    put(figures, "meanSearchMicros", stages.search());
    return figures;
  }

  static Histogram histogram() {
    return new Histogram(HIGHEST_MICROS, DIGITS);
  }

  static void record(Histogram histogram, long nanos) {
    long micros = TimeUnit.NANOSECONDS.toMicros(Math.max(0, nanos));
    histogram.recordValue(Math.min(HIGHEST_MICROS, micros));
  }

  private static void put(Map<String, Object> figures, String name, double micros) {
    if (!Double.isNaN(micros)) {
      figures.put(name, Math.round(micros * 10) / 10.0);
    }
  }
}
