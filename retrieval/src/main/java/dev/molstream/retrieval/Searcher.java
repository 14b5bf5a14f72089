package dev.molstream.retrieval;

/**
 * Finds the top K items of one index. Holds the scratch memory of a search, so that a search
 * allocates nothing; one thread at a time.
 */
public interface Searcher {
  /**
   * The best {@code k} items that pass the filter.
   *
   * @param k at least 1
   * @return valid until the next search of this searcher
   */
  TopK search(MolQuery query, int k, SearchFilter filter, SearchAlgorithm algorithm);
}
