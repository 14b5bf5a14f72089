package dev.molstream.retrieval;

import java.util.Set;

/**
 * What a search may not return, applied inside the search: K asked, K returned while K items pass.
 * Unavailable items never pass.
 *
 * @param excludedItems item ids that do not pass; unknown ids are ignored
 * @param anyCategories only items with at least one of these pass; empty lets all pass
 */
public record SearchFilter(Set<String> excludedItems, Set<String> anyCategories) {
  /** Lets every available item pass. */
  public static final SearchFilter NONE = new SearchFilter(Set.of(), Set.of());

  /** Leaves out the given items. */
  public static SearchFilter excluding(Set<String> itemIds) {
    return new SearchFilter(itemIds, Set.of());
  }
}
