package dev.molstream.stream.request;

import dev.molstream.schemas.Certificate;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.Timings;
import dev.molstream.stream.request.Recommender.Ranking;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Builds answers. */
final class Answers {
  private Answers() {}

  /**
   * The ranked answer.
   *
   * @param by what ranked
   * @param totalNanos processing so far
   */
  static Recommendations ranked(
      RecommendationRequest request,
      String requestId,
      ServedModels.Lease by,
      Ranking ranking,
      long totalNanos,
      Arrival arrival) {
    Timings timings =
        new Timings(
            TimeUnit.MILLISECONDS.toMicros(Math.max(0, arrival.waitMillis())),
            TimeUnit.NANOSECONDS.toMicros(ranking.historyNanos()),
            TimeUnit.NANOSECONDS.toMicros(ranking.encodeNanos()),
            TimeUnit.NANOSECONDS.toMicros(ranking.searchNanos()),
            TimeUnit.NANOSECONDS.toMicros(totalNanos));
    return new Recommendations(
        requestId,
        request.getUserId(),
        ranking.status(),
        null,
        ranking.items(),
        by.model().modelId(),
        by.variant(),
        ranking.certificate(),
        ranking.gapBound(),
        timings,
        ranking.historyLength(),
        arrival.now(),
        arrival.missingEvents(),
        List.of());
  }

  /** An answer without items, saying why. */
  static Recommendations refused(
      RecommendationRequest request,
      String requestId,
      RecommendationStatus status,
      String reason,
      Arrival arrival) {
    return new Recommendations(
        requestId,
        request.getUserId(),
        status,
        reason,
        List.of(),
        null,
        null,
        Certificate.NONE,
        null,
        new Timings(0L, 0L, 0L, 0L, 0L),
        0,
        arrival.now(),
        arrival.missingEvents(),
        List.of());
  }
}
