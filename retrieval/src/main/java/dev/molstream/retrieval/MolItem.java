package dev.molstream.retrieval;

import java.util.List;

/**
 * One item as handed to the index. The index copies what it keeps; arrays are not written to.
 *
 * @param itemId 1 to 256 characters
 * @param title may be empty
 * @param categories for category filters, may be empty
 * @param available false keeps the item for histories but never returns it
 * @param base D floats: what a query tower reads for this item in a history
 * @param components P_X × d floats, component major, each component of length 1
 * @param gate b(x), L floats, query index major
 */
@SuppressWarnings("ArrayRecordComponent") // borrowed for the call
public record MolItem(
    String itemId,
    String title,
    List<String> categories,
    boolean available,
    float[] base,
    float[] components,
    float[] gate) {

  public MolItem {
    categories = List.copyOf(categories);
  }
}
