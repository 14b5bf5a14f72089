package dev.molstream.training.evaluation;

/** Foretells by counting. Immutable; any thread. */
interface Baseline {
  /** No preference but popularity. */
  Baseline POPULARITY = (_, _, _) -> {};

  /**
   * Scores what may come next; items it does not score come behind, by popularity.
   *
   * @param user whose events before the position are known
   */
  void score(int user, int position, ItemScores scores);
}
