package dev.molstream.stream.routing;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Which partition a user's events and requests belong in: murmur2(userId) mod N, as Kafka's Java
 * clients choose. Other clients choose otherwise (librdkafka hashes with CRC32, and without a key
 * at random); their records are sent on to the right partition of the same topic, once.
 *
 * <p>No loop is possible: a record sent on carries a header and is not sent on again, even where
 * instances disagree about N while partitions are being added.
 *
 * @param count N, partitions of user-events and of recommendation-requests, at least 1
 */
public record UserPartitions(int count) implements StreamPartitioner<byte[], byte[]> {
  /** Marks a record that was sent on; not copied to answers. */
  public static final String HEADER = "molstream-sent-on";

  private static final byte[] TRUE = "true".getBytes(StandardCharsets.UTF_8);

  /** The partition of a user. */
  public int of(String userId) {
    return of(userId.getBytes(StandardCharsets.UTF_8));
  }

  /** True when a record that arrived in {@code partition} must be sent on. */
  public boolean isElsewhere(String userId, int partition, Headers headers) {
    return of(userId) != partition && headers.lastHeader(HEADER) == null;
  }

  /** The record to send on: value, time and headers as received, keyed by the user. */
  public static Record<byte[], byte[]> sendOn(Record<byte[], byte[]> received, String userId) {
    Record<byte[], byte[]> sentOn = received.withKey(userId.getBytes(StandardCharsets.UTF_8));
    sentOn.headers().add(HEADER, TRUE);
    return sentOn;
  }

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, byte[] value, int numPartitions) {
    return Optional.of(Set.of(of(key)));
  }

  private int of(byte[] userId) {
    return Utils.toPositive(Utils.murmur2(userId)) % count;
  }
}
