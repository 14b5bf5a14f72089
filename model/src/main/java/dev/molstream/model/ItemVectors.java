package dev.molstream.model;

import dev.molstream.retrieval.MolItem;

/**
 * One item's vectors. The arrays belong to the caller.
 *
 * @param base D floats
 * @param components P_X × d floats, component major, each of length 1
 * @param gate b(x), L floats, query index major
 */
@SuppressWarnings("ArrayRecordComponent")
public record ItemVectors(float[] base, float[] components, float[] gate) {
  /** The item with these vectors as an index takes it, available. */
  public MolItem of(ItemContent item) {
    return new MolItem(
        item.itemId(), item.title(), item.categories(), true, base, components, gate);
  }
}
