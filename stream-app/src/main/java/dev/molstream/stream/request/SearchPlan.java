package dev.molstream.stream.request;

import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.stream.validation.OptionRules;
import java.util.Locale;
import java.util.Map;

/**
 * Which algorithm answers a request: the request's own option, else the configured one.
 *
 * @param mode the configured choice
 * @param candidates how many items an averaged search scores in full, unless the request says
 * @param exactMaxItems up to this many items {@link Mode#AUTO} holds itself to an exact search
 */
public record SearchPlan(Mode mode, int candidates, int exactMaxItems) {
  /** How the algorithm is chosen when the request names none. */
  public enum Mode {
    /** As good as exact while the index is small ({@link CheckedSearch}), then adaptive. */
    AUTO,
    /** No better item is missed. */
    EXACT,
    /** The engine's own approximate search. */
    ADAPTIVE,
    /** Candidates by averaged components. */
    AVERAGED
  }

  /** True when neither the request nor the configuration says how to search so few items. */
  boolean isOpen(Map<String, String> options, int items) {
    String asked = options.get(OptionRules.ALGORITHM);
    boolean auto =
        asked == null ? mode == Mode.AUTO : asked.toUpperCase(Locale.ROOT).equals(Mode.AUTO.name());
    return auto
        && items <= exactMaxItems
        && !options.containsKey(OptionRules.RECALL)
        && !options.containsKey(OptionRules.BUDGET);
  }

  /**
   * The algorithm for a request with valid options.
   *
   * @param items how many the index holds
   * @param exactNanosPerItem what an exact search takes, as measured
   */
  SearchAlgorithm choose(Map<String, String> options, int items, double exactNanosPerItem) {
    String recall = options.get(OptionRules.RECALL);
    if (recall != null) {
      return items <= exactMaxItems ? exact() : atRecall(Double.parseDouble(recall));
    }
    String budget = options.get(OptionRules.BUDGET);
    if (budget != null) {
      double budgetNanos = Integer.parseInt(budget) * 1e6;
      return items * exactNanosPerItem <= budgetNanos ? exact() : SearchAlgorithm.approximate();
    }
    String asked = options.get(OptionRules.ALGORITHM);
    Mode chosen = asked == null ? mode : Mode.valueOf(asked.toUpperCase(Locale.ROOT));
    return switch (chosen) {
      case AUTO -> items <= exactMaxItems ? exact() : SearchAlgorithm.approximate();
      case EXACT -> exact();
      case ADAPTIVE -> SearchAlgorithm.approximate();
      case AVERAGED -> {
        String count = options.get(OptionRules.CANDIDATES);
        yield SearchAlgorithm.averaged(count == null ? candidates : Integer.parseInt(count));
      }
    };
  }

  /**
   * The fastest setting that reached the recall on the model of docs/benchmarks.md; above what the
   * adaptive search reached there, exact.
   */
  private static SearchAlgorithm atRecall(double recall) {
    if (recall <= 0.93) {
      return new SearchAlgorithm.Adaptive(2.5f, 1);
    }
    if (recall <= 0.97) {
      return new SearchAlgorithm.Adaptive(3, 2);
    }
    return recall <= 0.99 ? SearchAlgorithm.approximate() : exact();
  }

  private static SearchAlgorithm exact() {
    return new SearchAlgorithm.BoundedExact();
  }
}
