package dev.molstream.benchmark.measure;

import dev.molstream.retrieval.ItemIndex;

/** What an item costs in memory. */
public final class Footprint {
  private Footprint() {}

  /** Bytes per item that the index holds for searching, beside the records of its store. */
  public static double bytesPerItem(ItemIndex index) {
    return index.size() == 0 ? 0 : index.searchBytes() / (double) index.size();
  }
}
