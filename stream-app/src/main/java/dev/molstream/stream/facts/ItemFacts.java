package dev.molstream.stream.facts;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.SearchFilter;
import org.jspecify.annotations.Nullable;

/**
 * What every instance knows of every item, wherever the item is searched: enough to encode a
 * history and to list popular items. Thread-safe.
 */
public interface ItemFacts {
  /**
   * Copies the item's base vector to {@code target} from {@code position}; false when the item is
   * not known, and then nothing is written.
   */
  boolean copyBase(String itemId, float[] target, int position);

  /** The item's title, or null when the item is not known. */
  @Nullable String title(String itemId);

  /** True when the item is known and a search with this filter could return it. */
  boolean passes(String itemId, SearchFilter filter);

  /** The facts of the items in {@code index}. */
  static ItemFacts of(ItemIndex index) {
    return new ItemFacts() {
      @Override
      public boolean copyBase(String itemId, float[] target, int position) {
        return index.copyBase(itemId, target, position);
      }

      @Override
      public @Nullable String title(String itemId) {
        return index.title(itemId);
      }

      @Override
      public boolean passes(String itemId, SearchFilter filter) {
        return index.passes(itemId, filter);
      }
    };
  }
}
