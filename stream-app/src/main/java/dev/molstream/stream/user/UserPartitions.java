package dev.molstream.stream.user;

import dev.molstream.service.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Which partition a user's events and requests belong in: murmur2(userId) mod N, as Kafka's Java
 * clients choose. Other clients choose otherwise (librdkafka hashes with CRC32, and picks any
 * without a key); their records are sent on to the right partition of the same topic, once.
 *
 * <p>No loop is possible: a record sent on carries a header and is not sent on again, even where
 * instances disagree about N while partitions are being added.
 *
 * @param count N, partitions of user-events and of recommendation-requests, at least 1
 */
public record UserPartitions(int count) implements StreamPartitioner<byte[], Object> {
  /** Marks a record that was sent on; not copied to answers. */
  static final String HEADER = DeadLetters.HEADER_PREFIX + "sent-on";

  private static final byte[] TRUE = "true".getBytes(StandardCharsets.UTF_8);

  public UserPartitions {
    if (count < 1) {
      throw new IllegalArgumentException(count + " partitions, at least 1 is needed");
    }
  }

  /** The partition of the user whose id in UTF-8 is given. */
  int of(byte[] userId) {
    return Utils.toPositive(Utils.murmur2(userId)) % count;
  }

  /** True when a user's record that arrived in {@code partition} must be sent on. */
  boolean isMisrouted(byte[] userId, int partition, Headers headers) {
    return of(userId) != partition && headers.lastHeader(HEADER) == null;
  }

  /** Marks a record as sent on. */
  static void mark(Headers headers) {
    headers.add(HEADER, TRUE);
  }

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, Object value, int numPartitions) {
    return Optional.of(Set.of(of(key)));
  }
}
