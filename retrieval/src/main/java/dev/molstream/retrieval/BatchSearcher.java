package dev.molstream.retrieval;

import java.util.List;

/**
 * Finds the top K items for several queries that wait, in one pass over the records. Holds scratch
 * memory; one thread at a time.
 */
public interface BatchSearcher {
  /** How many queries it takes at a time. */
  int most();

  /**
   * The best {@code k} items that pass the filter, for each query, as {@link SearchAlgorithm.Exact}
   * finds them.
   *
   * @param queries 1 to {@link #most}
   * @param k at least 1
   * @return an answer per query, in the same order, valid until the next search of this searcher
   */
  List<TopK> search(List<MolQuery> queries, int k, SearchFilter filter);
}
