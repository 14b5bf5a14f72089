package dev.molstream.retrieval;

import dev.molstream.retrieval.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a search may return, applied inside the search: K asked, K returned while K items pass.
 * Unavailable items never pass. Immutable.
 */
public final class SearchFilter {
  /** Lets every available item pass. */
  public static final SearchFilter NONE = new SearchFilter(Set.of(), Set.of());

  private final @Nullable Set<String> allowedItems;
  private final Set<String> anyCategories;
  private final Map<String, Set<String>> anyAttributes;

  // For the search, which goes over them without an iterator.
  private final String[] excluded;

  // Made when somebody asks: a search does not.
  private volatile @Nullable Set<String> excludedItems;

  private final String @Nullable [] allowed;
  private final String[][] tagGroups;

  /**
   * A filter by ids and categories.
   *
   * @param excludedItems item ids that do not pass; unknown ids are ignored
   * @param anyCategories only items with at least one of these pass; empty lets all pass
   */
  public SearchFilter(Set<String> excludedItems, Set<String> anyCategories) {
    this(excludedItems.toArray(String[]::new), null, anyCategories, Map.of());
  }

  private SearchFilter(
      String[] excluded,
      @Nullable Set<String> allowedItems,
      Set<String> anyCategories,
      Map<String, Set<String>> anyAttributes) {
    this.excluded = excluded;
    this.allowedItems = allowedItems == null ? null : Set.copyOf(allowedItems);
    this.anyCategories = Set.copyOf(anyCategories);
    this.anyAttributes = Map.copyOf(anyAttributes);
    this.allowed = this.allowedItems == null ? null : this.allowedItems.toArray(String[]::new);
    this.tagGroups = tagGroups(this.anyCategories, this.anyAttributes);
  }

  /** Leaves out the given items. */
  public static SearchFilter excluding(Set<String> itemIds) {
    return new SearchFilter(itemIds, Set.of());
  }

  /** The same, and only these items pass; unknown ids are ignored. */
  public SearchFilter allowingOnly(Set<String> itemIds) {
    return new SearchFilter(excluded, itemIds, anyCategories, anyAttributes);
  }

  /**
   * The same, and only items pass whose attributes agree.
   *
   * @param anyValues for each attribute named, the values of which an item must have one
   */
  public SearchFilter withAttributes(Map<String, Set<String>> anyValues) {
    return new SearchFilter(excluded, allowedItems, anyCategories, anyValues);
  }

  /** Item ids that do not pass. */
  public Set<String> excludedItems() {
    Set<String> items = excludedItems;
    if (items == null) {
      items = Set.of(excluded);
      excludedItems = items;
    }
    return items;
  }

  /** The only ids that pass; null lets all pass. */
  public @Nullable Set<String> allowedItems() {
    return allowedItems;
  }

  /** Only items with at least one of these pass; empty lets all pass. */
  public Set<String> anyCategories() {
    return anyCategories;
  }

  /** For each attribute named, the values of which an item must have one. */
  public Map<String, Set<String>> anyAttributes() {
    return anyAttributes;
  }

  /** The same as an array, not to be written to. */
  public String[] excluded() {
    return excluded;
  }

  /** {@link #allowedItems} as an array, not to be written to. */
  public String @Nullable [] allowed() {
    return allowed;
  }

  /**
   * Categories and attributes as tags: an item passes that carries at least one of each group. Not
   * to be written to.
   */
  public String[][] tagGroups() {
    return tagGroups;
  }

  private static String[][] tagGroups(
      Set<String> anyCategories, Map<String, Set<String>> anyAttributes) {
    List<String[]> groups = new ArrayList<>();
    if (!anyCategories.isEmpty()) {
      groups.add(anyCategories.stream().map(Tag::category).toArray(String[]::new));
    }
    anyAttributes.forEach(
        (key, values) ->
            groups.add(values.stream().map(v -> Tag.attribute(key, v)).toArray(String[]::new)));
    return groups.toArray(String[][]::new);
  }
}
