package dev.molstream.retrieval;

/**
 * The answer of one search, best first, ties by item id. Owned by its searcher: valid until that
 * searcher's next search, to be read by the searcher's thread.
 */
public interface TopK {
  /** How many items were found: k, or fewer when fewer pass the filter. */
  int size();

  /** The item at a rank from 0. */
  String itemId(int rank);

  /** Its title when it was indexed. */
  String title(int rank);

  /** Its MoL score, within ±1/τ. */
  float score(int rank);

  /** True when no better item exists among those searched. */
  boolean exact();

  /** How many items were scored with the full MoL. */
  int scored();
}
