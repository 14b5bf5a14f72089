package dev.molstream.stream.history;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Values of the history store. They live as long as the changelog, so the layout has a version:
 *
 * <pre>
 * | version, 1 byte = 1 | action, 1 byte | value, float32 big-endian | itemId, UTF-8 |
 * </pre>
 */
final class HistoryValue {
  private static final byte VERSION = 1;
  private static final int ACTION = 1;
  private static final int VALUE = 2;
  private static final int ITEM_ID = VALUE + Float.BYTES;

  private HistoryValue() {}

  /**
   * Writes one event.
   *
   * @param action position in the Avro enum Action
   */
  static byte[] of(String itemId, int action, float value) {
    byte[] item = itemId.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(ITEM_ID + item.length)
        .put(VERSION)
        .put((byte) action)
        .putFloat(value)
        .put(item)
        .array();
  }

  static String itemId(byte[] bytes) {
    if (bytes[0] != VERSION) {
      throw new IllegalStateException(
          "history entry has layout version " + bytes[0] + ", this program reads " + VERSION);
    }
    return new String(bytes, ITEM_ID, bytes.length - ITEM_ID, StandardCharsets.UTF_8);
  }

  static int action(byte[] bytes) {
    return bytes[ACTION];
  }
}
