package dev.molstream.stream.history;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/**
 * Keys of the history store, one per event, so that adding one never rewrites the others:
 *
 * <pre>
 * | userId, UTF-8 | 0x00 | timestamp, 8 bytes big-endian | eventId, UTF-8 |
 * </pre>
 *
 * In the store's order (unsigned bytes) a user's events lie together, by time, whatever the order
 * of arrival. User ids hold no NUL, so no user's events lie among another's. An event that arrives
 * twice has the same key twice.
 */
final class HistoryKey {
  private static final byte SEPARATOR = 0;

  private HistoryKey() {}

  /** The bytes all keys of {@code userId} start with; also the lower bound of their range. */
  static byte[] userPrefix(String userId) {
    byte[] user = userId.getBytes(StandardCharsets.UTF_8);
    byte[] prefix = new byte[user.length + 1];
    System.arraycopy(user, 0, prefix, 0, user.length);
    prefix[user.length] = SEPARATOR;
    return prefix;
  }

  /** The upper bound of the user's range: greater than each of the user's keys, itself no key. */
  static Bytes end(byte[] userPrefix) {
    byte[] end = userPrefix.clone();
    end[end.length - 1] = SEPARATOR + 1;
    return Bytes.wrap(end);
  }

  /**
   * The key of one event.
   *
   * @param timestampMillis not negative, since negative numbers would sort last
   */
  static Bytes of(byte[] userPrefix, long timestampMillis, String eventId) {
    byte[] event = eventId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer key = ByteBuffer.allocate(userPrefix.length + Long.BYTES + event.length);
    return Bytes.wrap(key.put(userPrefix).putLong(timestampMillis).put(event).array());
  }

  /** The event id in a key made by {@link #of} with a prefix of that length. */
  static String eventId(Bytes key, int userPrefixLength) {
    int start = userPrefixLength + Long.BYTES;
    return new String(key.get(), start, key.get().length - start, StandardCharsets.UTF_8);
  }

  /** The time in a key made by {@link #of} with a prefix of that length. */
  static long timestampMillis(Bytes key, int userPrefixLength) {
    return ByteBuffer.wrap(key.get()).getLong(userPrefixLength);
  }
}
