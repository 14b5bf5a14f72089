package dev.molstream.stream.validation;

import dev.molstream.schemas.ReadyQuery;
import dev.molstream.schemas.RecommendationRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a recommendation request must be to be answered by a search. */
public final class RequestRules {
  private static final int MAX_K = 1_000;
  private static final int MAX_LISTED = 10_000;
  private static final int MAX_AFTER_EVENTS = 100;

  private RequestRules() {}

  /** The first thing wrong with the request, or null. */
  public static @Nullable String problem(RecommendationRequest request) {
    boolean needsNoUser = request.getQuery() != null || request.getSimilarTo() != null;
    boolean isOfNobody = needsNoUser && request.getUserId().isEmpty();
    String problem = isOfNobody ? null : userProblem(request);
    if (problem == null && !request.getRequestId().isEmpty()) {
      problem = Identifiers.problem("requestId", request.getRequestId());
    }
    if (problem == null && (request.getK() < 1 || request.getK() > MAX_K)) {
      problem = "k is " + request.getK() + ", valid are 1 to " + MAX_K;
    }
    if (problem == null && request.getQuery() != null) {
      problem = queryProblem(request.getQuery());
    }
    if (problem == null && request.getSimilarTo() != null) {
      problem =
          request.getQuery() == null
              ? Identifiers.problem("similarTo", request.getSimilarTo())
              : "query and similarTo are there together, valid is one of them";
    }
    if (problem == null) {
      problem = idsProblem("contextItems", request.getContextItems());
    }
    if (problem == null) {
      problem = idsProblem("filters.excludeItems", request.getFilters().getExcludeItems());
    }
    if (problem == null) {
      problem = idsProblem("filters.categories", request.getFilters().getCategories());
    }
    if (problem == null) {
      problem = afterEventsProblem(request);
    }
    return problem == null ? OptionRules.problem(request.getOptions(), request.getK()) : problem;
  }

  /** What is wrong with the user id alone, or null: without one there is no right partition. */
  public static @Nullable String userProblem(RecommendationRequest request) {
    return Identifiers.problem("userId", request.getUserId());
  }

  /** True when the answer can carry the request's own id. */
  public static boolean hasName(RecommendationRequest request) {
    return Identifiers.problem("requestId", request.getRequestId()) == null;
  }

  private static @Nullable String queryProblem(ReadyQuery query) {
    boolean encoded = query.getEncoded() != null;
    boolean components = query.getComponents() != null;
    if (encoded == components) {
      return "query has %s components, valid is one of them"
          .formatted(encoded ? "both encoded and" : "neither encoded nor");
    }
    if (encoded && query.getGate() != null) {
      return "query has encoded and gate, valid is a gate with components only";
    }
    return query.getModelId() == null
        ? null
        : Identifiers.problem("query.modelId", query.getModelId());
  }

  private static @Nullable String afterEventsProblem(RecommendationRequest request) {
    List<String> events = request.getAfterEvents();
    return !events.isEmpty() && request.getUserId().isEmpty()
        ? "afterEvents has %d entries and userId is empty, valid is a userId"
            .formatted(events.size())
        : idsProblem("afterEvents", events, MAX_AFTER_EVENTS);
  }

  private static @Nullable String idsProblem(String field, List<String> ids) {
    return idsProblem(field, ids, MAX_LISTED);
  }

  private static @Nullable String idsProblem(String field, List<String> ids, int most) {
    if (ids.size() > most) {
      return field + " has " + ids.size() + " entries, valid are 0 to " + most;
    }
    for (String id : ids) {
      String problem = Identifiers.problem(field, id);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }
}
