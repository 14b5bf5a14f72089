package dev.molstream.model;

import java.util.List;

/**
 * Turns item content into the item tower's inputs, the same way in training and in serving.
 * Immutable; any thread.
 */
public final class ItemFeatureEncoder {
  private ItemFeatureEncoder() {}

  /**
   * An encoder for the given spec; row r+1 of the id table belongs to {@code
   * trainedItemIds.get(r)}.
   */
  public static ItemFeatureEncoder of(FeatureSpec spec, List<String> trainedItemIds) {
    throw new UnsupportedOperationException("not yet: " + spec + trainedItemIds);
  }

  /** The item's row in the id table, 1 … n, or 0 when training never saw it. */
  public int row(String itemId) {
    throw new UnsupportedOperationException(itemId);
  }

  /**
   * Writes the item's hashed features to {@code target} from {@code position}, padded with 0 to
   * maxFeatures.
   */
  public void features(ItemContent item, long[] target, int position) {
    throw new UnsupportedOperationException(item.itemId() + target.length + position);
  }
}
