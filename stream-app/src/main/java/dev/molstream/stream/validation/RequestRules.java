package dev.molstream.stream.validation;

import dev.molstream.schemas.ReadyQuery;
import dev.molstream.schemas.RecommendationRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a recommendation request must be to be answered by a search. */
public final class RequestRules {
  /** The option that names the search algorithm. */
  public static final String ALGORITHM = "algorithm";

  /** The option that sets how many candidates an averaged search scores in full. */
  public static final String CANDIDATES = "candidates";

  private static final int MAX_K = 1_000;
  private static final int MAX_CANDIDATES = 100_000;
  private static final int MAX_LISTED = 10_000;
  private static final int MAX_AFTER_EVENTS = 100;

  private RequestRules() {}

  /** The first thing wrong with the request, or null. */
  public static @Nullable String problem(RecommendationRequest request) {
    boolean isOfNobody = request.getQuery() != null && request.getUserId().isEmpty();
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
    return problem == null ? optionsProblem(request.getOptions()) : problem;
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

  private static @Nullable String optionsProblem(Map<String, String> options) {
    for (Map.Entry<String, String> option : options.entrySet()) {
      String problem =
          switch (option.getKey()) {
            case ALGORITHM -> algorithmProblem(option.getValue());
            case CANDIDATES -> candidatesProblem(option.getValue());
            default ->
                "option '%s' is not known, valid are %s and %s"
                    .formatted(Identifiers.shown(option.getKey()), ALGORITHM, CANDIDATES);
          };
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static @Nullable String algorithmProblem(String value) {
    return switch (value) {
      case "auto", "exact", "adaptive", "averaged" -> null;
      default ->
          "option algorithm is '%s', valid are auto, exact, adaptive and averaged"
              .formatted(Identifiers.shown(value));
    };
  }

  private static @Nullable String candidatesProblem(String value) {
    // At most as many digits as the limit has, so that parsing cannot overflow.
    boolean valid =
        value.matches("[0-9]{1,6}")
            && Integer.parseInt(value) >= 1
            && Integer.parseInt(value) <= MAX_CANDIDATES;
    return valid
        ? null
        : "option candidates is '%s', valid are 1 to %d"
            .formatted(Identifiers.shown(value), MAX_CANDIDATES);
  }
}
