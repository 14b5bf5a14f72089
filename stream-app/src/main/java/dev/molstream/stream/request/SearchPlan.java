package dev.molstream.stream.request;

import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.stream.validation.RequestRules;
import java.util.Locale;
import java.util.Map;

/**
 * Which algorithm answers a request: the request's own option, else the configured one.
 *
 * @param mode the configured choice
 * @param candidates how many items an averaged search scores in full, unless the request says
 * @param exactMaxItems up to this many items {@link Mode#AUTO} searches exactly
 */
public record SearchPlan(Mode mode, int candidates, int exactMaxItems) {
  /** How the algorithm is chosen when the request names none. */
  public enum Mode {
    /** Exact while the index is small, then adaptive. */
    AUTO,
    /** No better item is missed. */
    EXACT,
    /** The engine's own approximate search. */
    ADAPTIVE,
    /** Candidates by averaged components. */
    AVERAGED
  }

  /** The algorithm for a request with valid options over an index of {@code items}. */
  public SearchAlgorithm choose(Map<String, String> options, int items) {
    String asked = options.get(RequestRules.ALGORITHM);
    Mode chosen = asked == null ? mode : Mode.valueOf(asked.toUpperCase(Locale.ROOT));
    return switch (chosen) {
      case AUTO -> items <= exactMaxItems ? exact() : SearchAlgorithm.approximate();
      case EXACT -> exact();
      case ADAPTIVE -> SearchAlgorithm.approximate();
      case AVERAGED -> {
        String count = options.get(RequestRules.CANDIDATES);
        yield SearchAlgorithm.averaged(count == null ? candidates : Integer.parseInt(count));
      }
    };
  }

  private static SearchAlgorithm exact() {
    return new SearchAlgorithm.BoundedExact();
  }
}
