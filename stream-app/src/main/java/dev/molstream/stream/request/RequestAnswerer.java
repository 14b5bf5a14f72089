package dev.molstream.stream.request;

import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.stream.history.UserHistory;
import dev.molstream.stream.popularity.PopularItems;
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
  private final ServedModels models;
  private final UserHistory history;
  private final PopularItems popular;
  private final RequestMetrics metrics;

  /** What comes of a request. */
  public sealed interface Reply permits Answered, ShardedRanking {}

  /** It is answered. */
  public record Answered(Recommendations answer) implements Reply {}

  /** An answerer for the users whose histories are given. */
  public RequestAnswerer(
      ServedModels models, UserHistory history, PopularItems popular, RequestMetrics metrics) {
    this.models = models;
    this.history = history;
    this.popular = popular;
    this.metrics = metrics;
  }

  /**
   * Answers one request, or says what to ask the shards.
   *
   * @param place names the request when it has no usable name of its own
   * @param sentMillis the request record's timestamp
   * @param nowMillis the time of processing
   * @param missingEvents those of its afterEvents that the history does not hold
   */
  public Reply answer(
      RecommendationRequest request,
      String place,
      long sentMillis,
      long nowMillis,
      List<String> missingEvents) {
    long start = System.nanoTime();
    Instant now = Instant.ofEpochMilli(nowMillis);
    String requestId = RequestRules.hasName(request) ? request.getRequestId() : place;
    String problem = RequestRules.problem(request);
    Reply reply;
    if (problem != null) {
      reply = refused(request, requestId, RecommendationStatus.INVALID, problem, List.of(), now);
    } else {
      try (ServedModels.Lease lease = models.take(request)) {
        reply = reply(lease, request, requestId, start, sentMillis, missingEvents, now);
      }
    }
    if (reply instanceof Answered answered) {
      metrics.answered(answered.answer().getStatus(), System.nanoTime() - start);
    }
    return reply;
  }

  private Reply reply(
      ServedModels.Lease lease,
      RecommendationRequest request,
      String requestId,
      long startNanos,
      long sentMillis,
      List<String> missingEvents,
      Instant now) {
    String problem = lease.recommender().problem(request);
    if (problem != null) {
      return refused(request, requestId, RecommendationStatus.INVALID, problem, List.of(), now);
    }
    String lateness = lateness(request, now);
    if (lateness != null) {
      return refused(
          request, requestId, RecommendationStatus.EXPIRED, lateness, missingEvents, now);
    }
    long nowMillis = now.toEpochMilli();
    Ranking ranking = lease.recommender().rank(request, history, popular, nowMillis);
    long waitMillis = nowMillis - sentMillis;
    long totalNanos = System.nanoTime() - startNanos;
    metrics.ranked(ranking, waitMillis);
    Recommendations answer =
        Answers.ranked(
            request, requestId, lease, ranking, waitMillis, totalNanos, missingEvents, now);
    return ranking.asked() == null
        ? new Answered(answer)
        : new ShardedRanking(ranking.asked(), answer, request.getDeadline());
  }

  private static Answered refused(
      RecommendationRequest request,
      String requestId,
      RecommendationStatus status,
      String reason,
      List<String> missingEvents,
      Instant now) {
    return new Answered(Answers.refused(request, requestId, status, reason, missingEvents, now));
  }

  private static @Nullable String lateness(RecommendationRequest request, Instant now) {
    Instant deadline = request.getDeadline();
    return deadline == null || now.isBefore(deadline)
        ? null
        : "the deadline " + deadline + " had passed when the request was read at " + now;
  }
}
