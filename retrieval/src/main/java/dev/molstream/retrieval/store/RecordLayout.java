package dev.molstream.retrieval.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of one item in the map; the key is the item id in UTF-8. Little-endian, floats are IEEE
 * 754 single, nothing is aligned. D, P_X, d and L are those of the manifest's shape.
 *
 * <pre>
 *   0        4         6       8             12                16
 *   ┌────────┬─────────┬───────┬─────────────┬─────────────────┐
 *   │ magic  │ version │ flags │ title bytes │ category bytes  │
 *   ├────────┴─────────┴───────┴─────────────┴─────────────────┤
 *   │ base          D floats                                   │  from 16
 *   ├──────────────────────────────────────────────────────────┤
 *   │ components    P_X × d floats, component major            │
 *   ├──────────────────────────────────────────────────────────┤
 *   │ gate          L floats, query index major                │
 *   ├──────────────────────────────────────────────────────────┤
 *   │ title         UTF-8                                      │
 *   ├──────────────────────────────────────────────────────────┤
 *   │ categories    for each: length (2 bytes), UTF-8          │
 *   └──────────────────────────────────────────────────────────┘
 * </pre>
 */
final class RecordLayout {
  /** Raised whenever the layout changes; a map of another version is discarded. */
  static final short VERSION = 1;

  /** "MOLR": tells a record from garbage. */
  static final int MAGIC = 0x524C4F4D;

  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = 4;

  /** Bit 0: the item may be recommended. The others are 0. */
  static final int FLAGS_OFFSET = 6;

  static final int TITLE_BYTES_OFFSET = 8;
  static final int CATEGORY_BYTES_OFFSET = 12;

  /** The base vector comes first, so that histories read the front of a record only. */
  static final int BASE_OFFSET = 16;

  private static final short AVAILABLE = 1;

  /** What titles and categories are expected to take. */
  private static final int USUAL_TEXT_BYTES = 64;

  private final MolShape shape;

  RecordLayout(MolShape shape) {
    this.shape = shape;
  }

  /** The size of a record with a title and categories of usual length. */
  int usualBytes() {
    return fixedBytes() + USUAL_TEXT_BYTES;
  }

  /** The record of an item that fits the shape. */
  byte[] encode(MolItem item) {
    byte[] title = item.title().getBytes(UTF_8);
    List<byte[]> categories = new ArrayList<>(item.categories().size());
    int categoryBytes = 0;
    for (String category : item.categories()) {
      byte[] bytes = category.getBytes(UTF_8);
      categories.add(bytes);
      categoryBytes += Short.BYTES + bytes.length;
    }
    byte[] value = new byte[fixedBytes() + title.length + categoryBytes];
    ByteBuffer record = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    record.putInt(MAGIC).putShort(VERSION).putShort(item.available() ? AVAILABLE : 0);
    record.putInt(title.length).putInt(categoryBytes);
    put(record, item.base());
    put(record, item.components());
    put(record, item.gate());
    record.put(title);
    for (byte[] category : categories) {
      record.putShort((short) category.length).put(category);
    }
    return value;
  }

  /**
   * The item of a record.
   *
   * @throws CorruptRecordException when the bytes are not a record of this layout and shape
   */
  MolItem decode(String itemId, byte[] value) {
    ByteBuffer record = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    if (!wellFormed(record)) {
      throw new CorruptRecordException(itemId, value.length, fixedBytes());
    }
    int titleBytes = record.getInt(TITLE_BYTES_OFFSET);
    record.position(BASE_OFFSET);
    float[] base = floats(record, shape.baseDimension());
    float[] components = floats(record, shape.itemFloats());
    float[] gate = floats(record, shape.logits());
    String title = text(record, titleBytes);
    List<String> categories = new ArrayList<>();
    while (record.hasRemaining()) {
      categories.add(text(record, Short.toUnsignedInt(record.getShort())));
    }
    boolean available = (record.getShort(FLAGS_OFFSET) & AVAILABLE) != 0;
    return new MolItem(itemId, title, categories, available, base, components, gate);
  }

  private boolean wellFormed(ByteBuffer record) {
    if (record.limit() < fixedBytes()
        || record.getInt(MAGIC_OFFSET) != MAGIC
        || record.getShort(VERSION_OFFSET) != VERSION) {
      return false;
    }
    long titleBytes = Integer.toUnsignedLong(record.getInt(TITLE_BYTES_OFFSET));
    long categoryBytes = Integer.toUnsignedLong(record.getInt(CATEGORY_BYTES_OFFSET));
    return fixedBytes() + titleBytes + categoryBytes == record.limit();
  }

  private int fixedBytes() {
    int floats = shape.baseDimension() + shape.itemFloats() + shape.logits();
    return BASE_OFFSET + floats * Float.BYTES;
  }

  private static void put(ByteBuffer record, float[] vector) {
    record.asFloatBuffer().put(vector);
    record.position(record.position() + vector.length * Float.BYTES);
  }

  private static float[] floats(ByteBuffer record, int count) {
    float[] vector = new float[count];
    record.asFloatBuffer().get(vector);
    record.position(record.position() + count * Float.BYTES);
    return vector;
  }

  private static String text(ByteBuffer record, int bytes) {
    String text = new String(record.array(), record.position(), bytes, UTF_8);
    record.position(record.position() + bytes);
    return text;
  }
}
