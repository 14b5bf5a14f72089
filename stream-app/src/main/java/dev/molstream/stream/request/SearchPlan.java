package dev.molstream.stream.request;

import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.stream.validation.RequestRules;
import java.util.Map;

/**
 * Which algorithm answers a request: the request's own option, else the configured one.
 *
 * @param mode the configured choice
 * @param candidates how many items an approximate search scores in full, unless the request says
 * @param exactMaxItems up to this many items {@link Mode#AUTO} searches exactly
 */
public record SearchPlan(Mode mode, int candidates, int exactMaxItems) {
  /** How the algorithm is chosen when the request names none. */
  public enum Mode {
    /** Exact while the index is small, then averaged. */
    AUTO,
    /** Every item is scored. */
    EXACT,
    /** Candidates by averaged components. */
    AVERAGED
  }

  /** The algorithm for a request with valid options over an index of {@code items}. */
  SearchAlgorithm choose(Map<String, String> options, int items) {
    boolean exact =
        switch (options.getOrDefault(RequestRules.ALGORITHM, "")) {
          case "exact" -> true;
          case "averaged" -> false;
          default ->
              switch (mode) {
                case AUTO -> items <= exactMaxItems;
                case EXACT -> true;
                case AVERAGED -> false;
              };
        };
    if (exact) {
      return SearchAlgorithm.exact();
    }
    String asked = options.get(RequestRules.CANDIDATES);
    return SearchAlgorithm.averaged(asked == null ? candidates : Integer.parseInt(asked));
  }
}
