package dev.molstream.stream.request;

import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.stream.request.Recommender.Ranking;
import dev.molstream.stream.validation.RequestRules;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives every request an answer: ranked items, or the reason why there are none. Belongs to one
 * task.
 */
public final class RequestAnswerer {
  private final Recommender recommender;
  private final Answers answers;
  private final RequestMetrics metrics;

  /** An answerer in the name of the given model. */
  public RequestAnswerer(Recommender recommender, String modelId, RequestMetrics metrics) {
    this.recommender = recommender;
    this.answers = new Answers(modelId);
    this.metrics = metrics;
  }

  /**
   * Answers one request.
   *
   * @param place names the request when it has no usable name of its own
   * @param sentMillis the request record's timestamp
   * @param nowMillis the time of processing
   * @param missingEvents those of its afterEvents that the history does not hold
   */
  public Recommendations answer(
      RecommendationRequest request,
      String place,
      long sentMillis,
      long nowMillis,
      List<String> missingEvents) {
    long start = System.nanoTime();
    Instant now = Instant.ofEpochMilli(nowMillis);
    String requestId = RequestRules.hasName(request) ? request.getRequestId() : place;
    String problem = RequestRules.problem(request);
    if (problem == null) {
      problem = recommender.problem(request);
    }
    String lateness = problem == null ? lateness(request, now) : null;
    Recommendations answer;
    if (problem != null) {
      answer =
          Answers.refused(
              request, requestId, RecommendationStatus.INVALID, problem, List.of(), now);
    } else if (lateness != null) {
      answer =
          Answers.refused(
              request, requestId, RecommendationStatus.EXPIRED, lateness, missingEvents, now);
    } else {
      Ranking ranking = recommender.rank(request, nowMillis);
      long waitMillis = nowMillis - sentMillis;
      long totalNanos = System.nanoTime() - start;
      answer =
          answers.ranked(request, requestId, ranking, waitMillis, totalNanos, missingEvents, now);
      metrics.ranked(ranking, waitMillis);
    }
    metrics.answered(answer.getStatus(), System.nanoTime() - start);
    return answer;
  }

  private static @Nullable String lateness(RecommendationRequest request, Instant now) {
    Instant deadline = request.getDeadline();
    return deadline == null || now.isBefore(deadline)
        ? null
        : "the deadline " + deadline + " had passed when the request was read at " + now;
  }
}
