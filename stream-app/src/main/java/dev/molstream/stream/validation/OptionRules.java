package dev.molstream.stream.validation;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options a request may carry, and what their values must be. */
public final class OptionRules {
  /** Names the search algorithm. */
  public static final String ALGORITHM = "algorithm";

  /** How many candidates an averaged search scores in full. */
  public static final String CANDIDATES = "candidates";

  /** The recall to aim at, 0.5 to 1. */
  public static final String RECALL = "recall";

  /** How long the search may take, milliseconds. */
  public static final String BUDGET = "budget.millis";

  /** How much items of one list are to differ, 0 to 1. */
  public static final String DIVERSITY = "diversity";

  /** Whether to say why. */
  public static final String EXPLAIN = "explain";

  /** The most items of a list that is made diverse. */
  public static final int MAX_DIVERSE = 100;

  private static final List<String> NAMES =
      List.of(ALGORITHM, CANDIDATES, RECALL, BUDGET, DIVERSITY, EXPLAIN);
  private static final List<String> EXCLUSIVE = List.of(ALGORITHM, RECALL, BUDGET);
  private static final int MAX_CANDIDATES = 100_000;
  private static final int MAX_BUDGET = 60_000;

  private OptionRules() {}

  /** The first thing wrong with the options of a request for {@code k} items, or null. */
  static @Nullable String problem(Map<String, String> options, int k) {
    for (Map.Entry<String, String> option : options.entrySet()) {
      String problem = problem(option.getKey(), option.getValue(), k);
      if (problem != null) {
        return problem;
      }
    }
    List<String> together = EXCLUSIVE.stream().filter(options::containsKey).toList();
    return together.size() < 2
        ? null
        : "options %s are there together, valid is one of them"
            .formatted(String.join(" and ", together));
  }

  private static @Nullable String problem(String name, String value, int k) {
    boolean valid =
        switch (name) {
          case ALGORITHM -> value.matches("auto|exact|adaptive|averaged");
          case CANDIDATES -> isWhole(value, MAX_CANDIDATES);
          case RECALL -> isDecimal(value) && Double.parseDouble(value) >= 0.5;
          case BUDGET -> isWhole(value, MAX_BUDGET);
          case DIVERSITY -> isDecimal(value);
          case EXPLAIN -> value.matches("true|false");
          default -> false;
        };
    if (!NAMES.contains(name)) {
      return "option '%s' is not known, valid are %s"
          .formatted(Identifiers.shown(name), String.join(", ", NAMES));
    }
    if (valid && name.equals(DIVERSITY) && Double.parseDouble(value) > 0 && k > MAX_DIVERSE) {
      return "k is %d with option diversity, valid are 1 to %d".formatted(k, MAX_DIVERSE);
    }
    return valid
        ? null
        : "option %s is '%s', valid are %s"
            .formatted(name, Identifiers.shown(value), validValues(name));
  }

  private static String validValues(String name) {
    return switch (name) {
      case ALGORITHM -> "auto, exact, adaptive and averaged";
      case CANDIDATES -> "1 to " + MAX_CANDIDATES;
      case RECALL -> "0.5 to 1";
      case BUDGET -> "1 to " + MAX_BUDGET;
      case DIVERSITY -> "0 to 1";
      default -> "true and false";
    };
  }

  /** 1 to {@code most}; at most six digits, so that parsing cannot overflow. */
  private static boolean isWhole(String value, int most) {
    return value.matches("[0-9]{1,6}")
        && Integer.parseInt(value) >= 1
        && Integer.parseInt(value) <= most;
  }

  /** 0 to 1, in plain digits. */
  private static boolean isDecimal(String value) {
    return value.matches("[01](\\.[0-9]{1,9})?") && Double.parseDouble(value) <= 1;
  }
}
