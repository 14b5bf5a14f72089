package dev.molstream.stream.model;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Where item-embeddings ends, and whether there is anything before that. One thread.
 *
 * <p>The end of a partition may lie behind its last record, by the marks that transactions leave;
 * an index reads records and never reaches such an end.
 */
final class EmbeddingsEnd implements AutoCloseable {
  private static final Duration WAIT = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;

  /**
   * @param consumer reads committed records only, in no group; closed with this
   * @param topic full name of item-embeddings
   */
  EmbeddingsEnd(Consumer<byte[], byte[]> consumer, String topic) {
    this.consumer = consumer;
    this.topic = topic;
  }

  /** The end of each partition now. */
  Map<Integer, Long> offsets() {
    if (consumer.assignment().isEmpty()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(partition -> new TopicPartition(topic, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      consumer.pause(partitions); // asked about; only one is read, and rarely
    }
    Map<Integer, Long> ends = new HashMap<>();
    consumer
        .endOffsets(consumer.assignment())
        .forEach((partition, end) -> ends.put(partition.partition(), end));
    return ends;
  }

  /**
   * True when there is no record from {@code positions} on that lies before {@code ends}.
   *
   * @param ends from {@link #offsets}
   */
  boolean isReached(Map<Integer, Long> positions, Map<Integer, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(
            end -> {
              long position = positions.getOrDefault(end.getKey(), 0L);
              return position >= end.getValue()
                  || isEmpty(new TopicPartition(topic, end.getKey()), position, end.getValue());
            });
  }

  private boolean isEmpty(TopicPartition partition, long from, long to) {
    consumer.seek(partition, from);
    consumer.resume(List.of(partition));
    try {
      while (consumer.position(partition) < to) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
          return record.offset() >= to;
        }
      }
      return true;
    } finally {
      consumer.pause(List.of(partition));
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
