package dev.molstream.retrieval.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.VectorFormat;
import java.util.List;
import java.util.Map;

/**
 * The bytes of one item in the Chronicle Map. Little-endian; vectors are in the index's {@link
 * VectorFormat}. D, P_Q, P_X, d and L = P_Q·P_X are those of the shape.
 *
 * <pre>
 *   0       4         6       8          12            16              20
 *   ┌───────┬─────────┬───────┬──────────┬─────────────┬───────────────┬─────────────────┐
 *   │ magic │ version │ flags │ id bytes │ title bytes │ category bytes│ attribute bytes │ … 0 to 32
 *   ├───────┴─────────┴───────┴──────────┴─────────────┴───────────────┴─────────────────┤
 *   │ components    P_X × d numbers, component major                                     │ from 32
 *   ├────────────────────────────────────────────────────────────────────────────────────┤
 *   │ gate          L numbers, item index major: number m·P_Q + n is b(x) of pair (n, m) │
 *   ├────────────────────────────────────────────────────────────────────────────────────┤
 *   │ base          D numbers                                                            │
 *   ├────────────────────────────────────────────────────────────────────────────────────┤
 *   │ id, title     UTF-8                                                                │
 *   │ categories    for each: length (2 bytes), UTF-8                                    │
 *   │ attributes    for each, by key: key, then value, as categories                     │
 *   └────────────────────────────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>The gate is item index major, unlike everywhere else, because the kernel computes component
 * logits in that order.
 *
 * <p>Readers take the native address of a record and believe it. {@link #available} and the vectors
 * lie within the first {@link #textOffset} bytes, where every record is memory, so they may be read
 * while the record is overwritten, for a caller that finds out and throws away what it got. Texts
 * are for callers that keep the writer out: their lengths are read from the record. A length that
 * no item can have counts as 0.
 */
public final class RecordLayout {
  /** Raised whenever the layout changes; a map of another version is discarded. */
  public static final int VERSION = 2;

  /** What no id in UTF-8 exceeds. */
  public static final int MOST_ID_BYTES = RecordTexts.MOST_ID_BYTES;

  /** What no title in UTF-8 exceeds. */
  public static final int MOST_TITLE_BYTES = RecordTexts.MOST_TITLE_BYTES;

  /** Where the components start. */
  public static final int COMPONENTS_OFFSET = 32;

  /** "MOLR": tells a record from garbage. */
  static final int MAGIC = 0x524C4F4D;

  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = 4;

  /** Bit 0: the item may be recommended. The others are 0. */
  static final int FLAGS_OFFSET = 6;

  static final short AVAILABLE = 1;

  private final MolShape shape;
  private final VectorFormat format;

  /** The layout of records of this shape and format. */
  public RecordLayout(MolShape shape, VectorFormat format) {
    this.shape = shape;
    this.format = format;
  }

  /** The model's sizes. */
  public MolShape shape() {
    return shape;
  }

  /** The vectors' format. */
  public VectorFormat format() {
    return format;
  }

  /** Where the gate starts. */
  public int gateOffset() {
    return COMPONENTS_OFFSET + shape.itemFloats() * format.bytes();
  }

  /** Where the base vector starts. */
  public int baseOffset() {
    return gateOffset() + shape.logits() * format.bytes();
  }

  /** Where the texts start. */
  public int textOffset() {
    return baseOffset() + shape.baseDimension() * format.bytes();
  }

  /** The size of a record with texts of usual length. */
  public int usualBytes() {
    return textOffset() + RecordTexts.USUAL_BYTES;
  }

  /** The size that no record exceeds. */
  public int largestBytes() {
    return textOffset() + RecordTexts.MOST_BYTES;
  }

  /**
   * Writes the record of an item that fits the shape.
   *
   * @param itemId the item's id in UTF-8
   * @param address of at least {@link #largestBytes} bytes
   * @return the record's size in bytes
   */
  public int encode(MolItem item, byte[] itemId, long address) {
    NativeMemory.putInt(address + MAGIC_OFFSET, MAGIC);
    NativeMemory.putShort(address + VERSION_OFFSET, (short) VERSION);
    NativeMemory.putShort(address + FLAGS_OFFSET, item.available() ? AVAILABLE : 0);
    putVector(address + COMPONENTS_OFFSET, item.components());
    putGate(address + gateOffset(), item.gate());
    putVector(address + baseOffset(), item.base());
    return textOffset() + RecordTexts.encode(item, itemId, address, textOffset());
  }

  /** As {@link #encode(MolItem, byte[], long)}. */
  public int encode(MolItem item, long address) {
    return encode(item, item.itemId().getBytes(UTF_8), address);
  }

  /**
   * The item of a record.
   *
   * @throws CorruptRecordException when the bytes are not a record of this layout
   */
  public MolItem decode(long address, int length) {
    if (!wellFormed(address, length)) {
      throw new CorruptRecordException("at " + address, length, textOffset());
    }
    float[] base = new float[shape.baseDimension()];
    float[] components = new float[shape.itemFloats()];
    float[] gate = new float[shape.logits()];
    copyBase(address, base, 0);
    copyComponents(address, components, 0);
    copyGate(address, gate, 0);
    return new MolItem(
        itemId(address),
        title(address),
        categories(address),
        attributes(address),
        available(address),
        base,
        components,
        gate);
  }

  /** Whether the bytes are a record of this layout: header and texts, not the vectors' values. */
  public boolean wellFormed(long address, int length) {
    return length >= textOffset()
        && NativeMemory.getInt(address + MAGIC_OFFSET) == MAGIC
        && NativeMemory.getShort(address + VERSION_OFFSET) == VERSION
        && RecordTexts.wellFormed(address, textOffset(), length);
  }

  /**
   * Checks a record.
   *
   * @param itemId whose it should be, in UTF-8
   * @throws CorruptRecordException when it is not a record of this layout and item
   */
  public void requireWellFormed(byte[] itemId, long address, int length) {
    if (!wellFormed(address, length) || !idEquals(address, itemId)) {
      throw new CorruptRecordException(new String(itemId, UTF_8), length, textOffset());
    }
  }

  /** The size of a record in bytes. */
  public int length(long address) {
    return textOffset() + RecordTexts.length(address);
  }

  /** Whether the item may be recommended. */
  public boolean available(long address) {
    return (NativeMemory.getShort(address + FLAGS_OFFSET) & AVAILABLE) != 0;
  }

  /** Copies the base vector, D floats, to {@code target} from {@code position}. */
  public void copyBase(long address, float[] target, int position) {
    copyVector(address + baseOffset(), shape.baseDimension(), target, position);
  }

  /** Copies the components, P_X × d floats, to {@code target} from {@code position}. */
  public void copyComponents(long address, float[] target, int position) {
    copyVector(address + COMPONENTS_OFFSET, shape.itemFloats(), target, position);
  }

  /** Copies b(x), L floats, query index major, to {@code target} from {@code position}. */
  public void copyGate(long address, float[] target, int position) {
    long number = address + gateOffset();
    for (int item = 0; item < shape.itemComponents(); item++) {
      for (int query = 0; query < shape.queryComponents(); query++) {
        target[position + query * shape.itemComponents() + item] = number(number);
        number += format.bytes();
      }
    }
  }

  /** The item id. */
  public String itemId(long address) {
    return RecordTexts.itemId(address, textOffset());
  }

  /** The title. */
  public String title(long address) {
    return RecordTexts.title(address, textOffset());
  }

  /** The categories in the item's order. */
  public List<String> categories(long address) {
    return RecordTexts.categories(address, textOffset());
  }

  /** The attributes in the order of their keys. */
  public Map<String, String> attributes(long address) {
    return RecordTexts.attributes(address, textOffset());
  }

  /** Whether the item id is this, in UTF-8. */
  public boolean idEquals(long address, byte[] utf8) {
    return RecordTexts.idEquals(address, textOffset(), utf8);
  }

  /** Whether the item id is this. Allocates nothing. */
  public boolean idEquals(long address, String itemId) {
    return RecordTexts.idEquals(address, textOffset(), itemId);
  }

  /**
   * Copies the item id in UTF-8, at most {@link #MOST_ID_BYTES}.
   *
   * @return how many bytes
   */
  public int copyId(long address, byte[] target, int position) {
    return RecordTexts.copyId(address, textOffset(), target, position);
  }

  /**
   * Copies the title in UTF-8, at most {@link #MOST_TITLE_BYTES}.
   *
   * @return how many bytes
   */
  public int copyTitle(long address, byte[] target, int position) {
    return RecordTexts.copyTitle(address, textOffset(), target, position);
  }

  /** Compares two item ids by code points; less than, equal to or greater than 0. */
  public int compareIds(long a, long b) {
    return RecordTexts.compareIds(a, b, textOffset());
  }

  private void putVector(long to, float[] vector) {
    switch (format) {
      case FLOAT32 -> NativeMemory.putFloats(to, vector);
      case BFLOAT16 -> {
        for (int i = 0; i < vector.length; i++) {
          NativeMemory.putShort(to + (long) i * Short.BYTES, BFloat16.of(vector[i]));
        }
      }
    }
  }

  private void putGate(long to, float[] gate) {
    long number = to;
    for (int item = 0; item < shape.itemComponents(); item++) {
      for (int query = 0; query < shape.queryComponents(); query++) {
        putNumber(number, gate[query * shape.itemComponents() + item]);
        number += format.bytes();
      }
    }
  }

  private void putNumber(long to, float value) {
    switch (format) {
      case FLOAT32 -> NativeMemory.putFloat(to, value);
      case BFLOAT16 -> NativeMemory.putShort(to, BFloat16.of(value));
    }
  }

  private float number(long from) {
    return switch (format) {
      case FLOAT32 -> NativeMemory.getFloat(from);
      case BFLOAT16 -> BFloat16.toFloat(NativeMemory.getShort(from));
    };
  }

  private void copyVector(long from, int count, float[] target, int position) {
    switch (format) {
      case FLOAT32 -> NativeMemory.copyFloats(from, target, position, count);
      case BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          target[position + i] =
              BFloat16.toFloat(NativeMemory.getShort(from + (long) i * Short.BYTES));
        }
      }
    }
  }
}
