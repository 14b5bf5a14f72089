package dev.molstream.stream.request;

import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.stream.history.UserHistory;
import dev.molstream.stream.popularity.PopularItems;
import dev.molstream.stream.request.Recommender.Ranking;
import dev.molstream.stream.validation.RequestRules;
import java.time.Duration;
import java.time.Instant;
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
  private final Admission admission;
  private final ServiceTime serviceTime = new ServiceTime();

  /** What comes of a request. */
  public sealed interface Reply permits Answered, ShardedRanking {}

  /** It is answered. */
  public record Answered(Recommendations answer) implements Reply {}

  /**
   * An answerer for the users whose histories are given.
   *
   * @param admissionWait the longest wait of a request that is still answered; zero: any
   */
  public RequestAnswerer(
      ServedModels models,
      UserHistory history,
      PopularItems popular,
      Duration admissionWait,
      RequestMetrics metrics) {
    this.admission = new Admission(admissionWait.toMillis());
    this.models = models;
    this.history = history;
    this.popular = popular;
    this.metrics = metrics;
  }

  /**
   * Answers one request, or says what to ask the shards.
   *
   * <p>What needs no model is decided before one is taken: a request that is refused costs
   * microseconds.
   */
  public Reply answer(RecommendationRequest request, Arrival arrival) {
    long start = System.nanoTime();
    String requestId = RequestRules.hasName(request) ? request.getRequestId() : arrival.place();
    Reply reply = refusal(request, requestId, arrival);
    if (reply == null) {
      try (ServedModels.Lease lease = models.take(request)) {
        reply = reply(lease, request, requestId, start, arrival);
      }
    }
    if (reply instanceof Answered answered) {
      metrics.answered(answered.answer().getStatus(), System.nanoTime() - start);
    }
    return reply;
  }

  /** What needs no model to be said, the cheapest first. */
  private @Nullable Reply refusal(
      RecommendationRequest request, String requestId, Arrival arrival) {
    String problem = RequestRules.problem(request);
    if (problem != null) {
      return refused(request, requestId, RecommendationStatus.INVALID, problem, arrival);
    }
    String lateness = lateness(request, arrival);
    if (lateness != null) {
      return refused(request, requestId, RecommendationStatus.EXPIRED, lateness, arrival);
    }
    String overload = overload(arrival);
    return overload == null
        ? null
        : refused(request, requestId, RecommendationStatus.OVERLOADED, overload, arrival);
  }

  private Reply reply(
      ServedModels.Lease lease,
      RecommendationRequest request,
      String requestId,
      long startNanos,
      Arrival arrival) {
    String problem = lease.recommender().problem(request);
    if (problem != null) {
      return refused(request, requestId, RecommendationStatus.INVALID, problem, arrival);
    }
    Ranking ranking = lease.recommender().rank(request, history, popular, arrival.nowMillis());
    long totalNanos = System.nanoTime() - startNanos;
    metrics.ranked(ranking, arrival.waitMillis());
    serviceTime.took(totalNanos);
    Recommendations answer =
        Answers.ranked(request, requestId, lease, ranking, totalNanos, arrival);
    return ranking.asked() == null
        ? new Answered(answer)
        : new ShardedRanking(ranking.asked(), answer, request.getDeadline());
  }

  private static Answered refused(
      RecommendationRequest request,
      String requestId,
      RecommendationStatus status,
      String reason,
      Arrival arrival) {
    return new Answered(Answers.refused(request, requestId, status, reason, arrival));
  }

  private @Nullable String lateness(RecommendationRequest request, Arrival arrival) {
    Instant deadline = request.getDeadline();
    if (deadline == null) {
      return null;
    }
    long leftMillis = deadline.toEpochMilli() - arrival.nowMillis();
    if (leftMillis <= 0) {
      return "the deadline %s had passed when the request was read at %s"
          .formatted(deadline, arrival.now());
    }
    return serviceTime.fits(leftMillis)
        ? null
        : "%d ms were left until the deadline %s, an answer takes %.1f ms"
            .formatted(leftMillis, deadline, serviceTime.millis());
  }

  /** A request that has waited for events was let in when it first came. */
  private @Nullable String overload(Arrival arrival) {
    return arrival.heldBack() ? null : admission.refusal(arrival.sentMillis(), arrival.nowMillis());
  }
}
