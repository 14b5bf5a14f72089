package dev.molstream.retrieval.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.retrieval.MolItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The texts at the end of a record and their lengths in its header: see {@link RecordLayout}. */
final class RecordTexts {
  static final int ID_BYTES_OFFSET = 8;
  static final int TITLE_BYTES_OFFSET = 12;
  static final int CATEGORY_BYTES_OFFSET = 16;
  static final int ATTRIBUTE_BYTES_OFFSET = 20;

  /** Nothing yet. */
  private static final int UNUSED_OFFSET = 24;

  /** What texts are expected to take. */
  static final int USUAL_BYTES = 96;

  /** UTF-8 takes so many bytes for a char at most. */
  private static final int CHARACTER_BYTES = 3;

  static final int MOST_ID_BYTES = CHARACTER_BYTES * MolItem.LONGEST_ID;
  static final int MOST_TITLE_BYTES = CHARACTER_BYTES * MolItem.LONGEST_TITLE;

  /** Each with its length, when every category is one char. */
  private static final int MOST_CATEGORY_BYTES =
      (CHARACTER_BYTES + Short.BYTES) * MolItem.LONGEST_CATEGORIES;

  /** Each with two lengths, when every key is one char and every value empty. */
  private static final int MOST_ATTRIBUTE_BYTES =
      (CHARACTER_BYTES + 2 * Short.BYTES) * MolItem.LONGEST_ATTRIBUTES;

  static final int MOST_BYTES =
      MOST_ID_BYTES + MOST_TITLE_BYTES + MOST_CATEGORY_BYTES + MOST_ATTRIBUTE_BYTES;

  private RecordTexts() {}

  /** Writes texts and lengths; returns the texts' bytes. */
  static int encode(MolItem item, byte[] itemId, long address, int textOffset) {
    long start = address + textOffset;
    NativeMemory.putBytes(start, itemId);
    long title = start + itemId.length;
    byte[] titleText = item.title().getBytes(UTF_8);
    NativeMemory.putBytes(title, titleText);
    long categories = title + titleText.length;
    long attributes = categories;
    for (String category : item.categories()) {
      attributes = put(attributes, category);
    }
    long end = attributes;
    if (!item.attributes().isEmpty()) {
      for (Map.Entry<String, String> attribute : new TreeMap<>(item.attributes()).entrySet()) {
        end = put(put(end, attribute.getKey()), attribute.getValue());
      }
    }
    NativeMemory.putInt(address + ID_BYTES_OFFSET, itemId.length);
    NativeMemory.putInt(address + TITLE_BYTES_OFFSET, titleText.length);
    NativeMemory.putInt(address + CATEGORY_BYTES_OFFSET, (int) (attributes - categories));
    NativeMemory.putInt(address + ATTRIBUTE_BYTES_OFFSET, (int) (end - attributes));
    NativeMemory.putInt(address + UNUSED_OFFSET, 0);
    NativeMemory.putInt(address + UNUSED_OFFSET + Integer.BYTES, 0);
    return (int) (end - start);
  }

  /** Whether the lengths are possible and fill the record. */
  static boolean wellFormed(long address, int textOffset, int length) {
    long id = Integer.toUnsignedLong(NativeMemory.getInt(address + ID_BYTES_OFFSET));
    long title = Integer.toUnsignedLong(NativeMemory.getInt(address + TITLE_BYTES_OFFSET));
    long categories = Integer.toUnsignedLong(NativeMemory.getInt(address + CATEGORY_BYTES_OFFSET));
    long attributes = Integer.toUnsignedLong(NativeMemory.getInt(address + ATTRIBUTE_BYTES_OFFSET));
    long start = address + textOffset + id + title;
    return id >= 1
        && id <= MOST_ID_BYTES
        && title <= MOST_TITLE_BYTES
        && categories <= MOST_CATEGORY_BYTES
        && attributes <= MOST_ATTRIBUTE_BYTES
        && textOffset + id + title + categories + attributes == length
        && count(start, start + categories) >= 0
        && isEven(count(start + categories, start + categories + attributes));
  }

  /** Bytes of all texts. */
  static int length(long address) {
    return idBytes(address)
        + titleBytes(address)
        + categoryBytes(address)
        + attributeBytes(address);
  }

  static String itemId(long address, int textOffset) {
    return text(address + textOffset, idBytes(address));
  }

  static String title(long address, int textOffset) {
    return text(address + textOffset + idBytes(address), titleBytes(address));
  }

  static List<String> categories(long address, int textOffset) {
    int bytes = categoryBytes(address);
    if (bytes == 0) {
      return List.of();
    }
    return texts(address + textOffset + idBytes(address) + titleBytes(address), bytes);
  }

  static Map<String, String> attributes(long address, int textOffset) {
    int bytes = attributeBytes(address);
    if (bytes == 0) {
      return Map.of();
    }
    long start = address + textOffset + length(address) - bytes;
    List<String> texts = texts(start, bytes);
    Map<String, String> attributes = new LinkedHashMap<>();
    for (int i = 0; i + 1 < texts.size(); i += 2) {
      attributes.put(texts.get(i), texts.get(i + 1));
    }
    return Collections.unmodifiableMap(attributes);
  }

  static boolean idEquals(long address, int textOffset, byte[] utf8) {
    if (idBytes(address) != utf8.length) {
      return false;
    }
    for (int i = 0; i < utf8.length; i++) {
      if (NativeMemory.getByte(address + textOffset + i) != utf8[i]) {
        return false;
      }
    }
    return true;
  }

  static boolean idEquals(long address, int textOffset, String id) {
    int bytes = idBytes(address);
    long at = address + textOffset;
    long end = at + bytes;
    int i = 0;
    while (i < id.length()) {
      int point = id.codePointAt(i);
      i += Character.charCount(point);
      int length = utf8Length(point);
      if (end - at < length || !isEncoded(point, length, at)) {
        return false;
      }
      at += length;
    }
    return at == end;
  }

  private static int utf8Length(int point) {
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }

  /** Whether the code point's UTF-8 lies at the address. */
  private static boolean isEncoded(int point, int length, long at) {
    if (length == 1) {
      return NativeMemory.getByte(at) == (byte) point;
    }
    int lead = (0xF00 >> length & 0xFF) | point >> 6 * (length - 1);
    if (NativeMemory.getByte(at) != (byte) lead) {
      return false;
    }
    for (int i = 1; i < length; i++) {
      int following = 0x80 | point >> 6 * (length - 1 - i) & 0x3F;
      if (NativeMemory.getByte(at + i) != (byte) following) {
        return false;
      }
    }
    return true;
  }

  static int copyId(long address, int textOffset, byte[] target, int position) {
    int bytes = idBytes(address);
    NativeMemory.copyBytes(address + textOffset, target, position, bytes);
    return bytes;
  }

  static int copyTitle(long address, int textOffset, byte[] target, int position) {
    int bytes = titleBytes(address);
    NativeMemory.copyBytes(address + textOffset + idBytes(address), target, position, bytes);
    return bytes;
  }

  /** The order of UTF-8 bytes is that of code points. */
  static int compareIds(long a, long b, int textOffset) {
    int bytesA = idBytes(a);
    int bytesB = idBytes(b);
    long idA = a + textOffset;
    long idB = b + textOffset;
    long mismatch = NativeMemory.mismatch(idA, idB, Math.min(bytesA, bytesB));
    return mismatch < 0
        ? Integer.compare(bytesA, bytesB)
        : Byte.compareUnsigned(
            NativeMemory.getByte(idA + mismatch), NativeMemory.getByte(idB + mismatch));
  }

  private static int idBytes(long address) {
    return bytes(address + ID_BYTES_OFFSET, MOST_ID_BYTES);
  }

  private static int titleBytes(long address) {
    return bytes(address + TITLE_BYTES_OFFSET, MOST_TITLE_BYTES);
  }

  private static int categoryBytes(long address) {
    return bytes(address + CATEGORY_BYTES_OFFSET, MOST_CATEGORY_BYTES);
  }

  private static int attributeBytes(long address) {
    return bytes(address + ATTRIBUTE_BYTES_OFFSET, MOST_ATTRIBUTE_BYTES);
  }

  private static int bytes(long address, int most) {
    int bytes = NativeMemory.getInt(address);
    return bytes < 0 || bytes > most ? 0 : bytes;
  }

  private static long put(long to, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    NativeMemory.putShort(to, (short) bytes.length);
    NativeMemory.putBytes(to + Short.BYTES, bytes);
    return to + Short.BYTES + bytes.length;
  }

  private static String text(long address, int bytes) {
    return new String(NativeMemory.copyBytes(address, bytes), UTF_8);
  }

  private static List<String> texts(long start, int bytes) {
    List<String> texts = new ArrayList<>();
    long end = start + bytes;
    for (long next = start; next + Short.BYTES <= end; ) {
      int length = Short.toUnsignedInt(NativeMemory.getShort(next));
      next += Short.BYTES;
      if (length > end - next) {
        break;
      }
      texts.add(text(next, length));
      next += length;
    }
    return Collections.unmodifiableList(texts);
  }

  /** How many texts with lengths fill the range; negative when they do not fill it. */
  private static int count(long start, long end) {
    int count = 0;
    long next = start;
    while (next + Short.BYTES <= end) {
      next += Short.BYTES + Short.toUnsignedInt(NativeMemory.getShort(next));
      count++;
    }
    return next == end ? count : -1;
  }

  private static boolean isEven(int count) {
    return count >= 0 && count % 2 == 0;
  }
}
