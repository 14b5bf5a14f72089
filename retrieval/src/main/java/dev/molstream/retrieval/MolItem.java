package dev.molstream.retrieval;

import java.util.List;
import java.util.Map;

/**
 * One item as handed to the index. The index copies what it keeps; arrays are not written to.
 *
 * @param itemId 1 to 256 characters, surrogates only in pairs
 * @param title 0 to 1024 characters
 * @param categories for category filters, none empty, together 0 to 4096 characters
 * @param attributes anything to show beside the title, no key empty, keys and values together 0 to
 *     4096 characters
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
    Map<String, String> attributes,
    boolean available,
    float[] base,
    float[] components,
    float[] gate) {

  /** The most characters of an id. */
  public static final int LONGEST_ID = 256;

  /** The most characters of a title. */
  public static final int LONGEST_TITLE = 1024;

  /** The most characters of all categories. */
  public static final int LONGEST_CATEGORIES = 4096;

  /** The most characters of all keys and values of attributes. */
  public static final int LONGEST_ATTRIBUTES = 4096;

  public MolItem {
    requireCharacters("item id", itemId.length(), 1, LONGEST_ID);
    requireSurrogatePairs(itemId);
    requireCharacters("title of item " + itemId, title.length(), 0, LONGEST_TITLE);
    categories = List.copyOf(categories);
    int characters = 0;
    for (String category : categories) {
      requireCharacters("category of item " + itemId, category.length(), 1, LONGEST_CATEGORIES);
      characters += category.length();
    }
    requireCharacters("categories of item " + itemId, characters, 0, LONGEST_CATEGORIES);
    attributes = Map.copyOf(attributes);
    characters = 0;
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      requireCharacters(
          "attribute key of item " + itemId, attribute.getKey().length(), 1, LONGEST_ATTRIBUTES);
      characters += attribute.getKey().length() + attribute.getValue().length();
    }
    requireCharacters("attributes of item " + itemId, characters, 0, LONGEST_ATTRIBUTES);
  }

  /** An item without attributes. */
  public MolItem(
      String itemId,
      String title,
      List<String> categories,
      boolean available,
      float[] base,
      float[] components,
      float[] gate) {
    this(itemId, title, categories, Map.of(), available, base, components, gate);
  }

  /** UTF-8 has no other surrogates: two ids that differ in those would become the same. */
  private static void requireSurrogatePairs(String itemId) {
    for (int i = 0; i < itemId.length(); i++) {
      if (Character.isSurrogate(itemId.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(itemId.codePointAt(i))) {
          throw new IllegalArgumentException(
              "item id " + itemId + " has half a surrogate pair at " + i);
        }
        i++;
      }
    }
  }

  private static void requireCharacters(String name, int characters, int least, int most) {
    if (characters < least || characters > most) {
      throw new IllegalArgumentException(
          name + ": " + characters + " characters are not within " + least + " to " + most);
    }
  }
}
