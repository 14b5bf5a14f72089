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

  /** Its title when it was found. */
  String title(int rank);

  /** Its MoL score, within ±1/τ. */
  float score(int rank);

  /**
   * What is proven about items that were missed: none scores more than this above the last item
   * returned. 0 when the answer is exact; never negative; ∞ when fewer than k items were found and
   * others may pass.
   */
  float gapBound();

  /** True when no better item exists among those searched: {@link #gapBound} is 0. */
  default boolean exact() {
    return gapBound() == 0;
  }

  /** How many items were scored with the full MoL. */
  int scored();

  /** How many items were looked at by a short code, or 0 when none was needed. */
  int scanned();
}
