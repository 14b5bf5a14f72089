package dev.molstream.benchmark.peer;

import dev.molstream.retrieval.MolQuery;

/** Scores given items in full. One thread at a time. */
public interface CandidateScorer {
  /** Reads the query that the following calls score against. */
  void prepare(MolQuery query);

  /**
   * The MoL scores of some items.
   *
   * @param items numbers in the catalogue, the first {@code count} are read
   * @param scores receives {@code count} scores, in the same order
   */
  void score(int[] items, int count, float[] scores);
}
