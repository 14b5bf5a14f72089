package dev.molstream.retrieval;

import java.util.List;

/**
 * One item as handed to the index. The index copies what it keeps; arrays are not written to.
 *
 * @param itemId 1 to 256 characters
 * @param title 0 to 1024 characters
 * @param categories for category filters, none empty, together 0 to 4096 characters
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

  private static final int LONGEST_ID = 256;
  private static final int LONGEST_TITLE = 1024;
  private static final int LONGEST_CATEGORIES = 4096;

  public MolItem {
    requireCharacters("item id", itemId.length(), 1, LONGEST_ID);
    requireCharacters("title of item " + itemId, title.length(), 0, LONGEST_TITLE);
    categories = List.copyOf(categories);
    int characters = 0;
    for (String category : categories) {
      requireCharacters("category of item " + itemId, category.length(), 1, LONGEST_CATEGORIES);
      characters += category.length();
    }
    requireCharacters("categories of item " + itemId, characters, 0, LONGEST_CATEGORIES);
  }

  private static void requireCharacters(String name, int characters, int least, int most) {
    if (characters < least || characters > most) {
      throw new IllegalArgumentException(
          name + ": " + characters + " characters are not within " + least + " to " + most);
    }
  }
}
