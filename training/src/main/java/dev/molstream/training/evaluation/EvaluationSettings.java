package dev.molstream.training.evaluation;

import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;

/**
 * What to measure.
 *
 * @param algorithm how items are searched
 * @param targets which held-out events are foretold
 * @param mostUsers of how many users, evenly chosen, when there are more; at least 1
 */
public record EvaluationSettings(SearchAlgorithm algorithm, TargetKind targets, int mostUsers) {

  /** Larger catalogues are searched approximately: exactly would take hours. */
  private static final int MOST_FOR_EXACT = 20_000;

  private static final int MOST_USERS = 10_000;

  /** The test items of as many users, and such a search, that it takes minutes at most. */
  public static EvaluationSettings usual(TrainingData data) {
    return new EvaluationSettings(
        data.itemCount() > MOST_FOR_EXACT ? SearchAlgorithm.approximate() : SearchAlgorithm.exact(),
        TargetKind.TEST,
        MOST_USERS);
  }

  /** The two parts of a split that are not learned from. */
  public enum TargetKind {
    VALIDATION,
    TEST
  }

  public EvaluationSettings {
    if (mostUsers < 1) {
      throw new IllegalArgumentException("users " + mostUsers + " is not at least 1");
    }
  }

  /** The targets of a split that are measured. */
  public Split.Targets choose(Split split) {
    Split.Targets all =
        switch (targets) {
          case VALIDATION -> split.validation();
          case TEST -> split.test();
        };
    return all.limit(mostUsers);
  }
}
