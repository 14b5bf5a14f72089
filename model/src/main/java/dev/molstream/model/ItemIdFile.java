package dev.molstream.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code item-ids.txt}: the ids training saw, one a line, UTF-8, each line ended by a line feed.
 */
final class ItemIdFile {
  private static final int LONGEST = 256;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private ItemIdFile() {}

  static byte[] write(List<String> itemIds) {
    requireValid(itemIds);
    return (String.join("\n", itemIds) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads the file's bytes.
   *
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static List<String> parse(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("is not UTF-8", e);
    }
    if (text.startsWith(BYTE_ORDER_MARK)) {
      throw new IllegalArgumentException("begins with a byte order mark, valid is UTF-8 without");
    }
    if (!text.endsWith("\n")) {
      throw new IllegalArgumentException("does not end with a line feed");
    }
    List<String> itemIds = Arrays.asList(text.substring(0, text.length() - 1).split("\n", -1));
    requireValid(itemIds);
    return List.copyOf(itemIds);
  }

  private static void requireValid(List<String> itemIds) {
    if (itemIds.isEmpty()) {
      throw new IllegalArgumentException("holds no item id, valid is at least one");
    }
    Set<String> seen = HashSet.newHashSet(itemIds.size());
    for (int i = 0; i < itemIds.size(); i++) {
      String itemId = itemIds.get(i);
      if (itemId.isEmpty() || itemId.length() > LONGEST) {
        throw new IllegalArgumentException(
            "line %d is %d characters long, valid is 1 to %d"
                .formatted(i + 1, itemId.length(), LONGEST));
      }
      if (itemId.indexOf('\n') >= 0 || itemId.indexOf('\r') >= 0) {
        throw new IllegalArgumentException(
            "line %d holds a line break within an item id".formatted(i + 1));
      }
      if (!seen.add(itemId)) {
        throw new IllegalArgumentException(
            "line %d repeats item id \"%s\"".formatted(i + 1, itemId));
      }
    }
  }
}
