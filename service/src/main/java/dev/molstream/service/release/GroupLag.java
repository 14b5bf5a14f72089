package dev.molstream.service.release;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * How far a consumer group has come in a topic, as the broker knows it: what it has committed
 * against where the topic ends. Any thread.
 *
 * @param admin borrowed
 * @param group the group's id
 * @param topic full name
 */
public record GroupLag(Admin admin, String group, String topic) {
  /**
   * The lag of a group in a topic.
   *
   * @param admin borrowed
   */
  public static GroupLag of(Admin admin, String group, String topic) {
    return new GroupLag(admin, group, topic);
  }

  /** How many offsets of the topic the group has not committed as read. */
  public long recordsLeft() {
    Map<TopicPartition, Long> ends = ends();
    Map<TopicPartition, @Nullable OffsetAndMetadata> committed = committed();
    return ends.entrySet().stream()
        .mapToLong(
            end -> {
              OffsetAndMetadata read = committed.get(end.getKey());
              return read == null ? end.getValue() : Math.max(0, end.getValue() - read.offset());
            })
        .sum();
  }

  /** How many offsets the topic has had, over all partitions. */
  public long records() {
    return ends().values().stream().mapToLong(end -> end).sum();
  }

  /** How many of them the group has committed as read. */
  public long recordsRead() {
    return committed().entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic))
        .map(Map.Entry::getValue)
        .filter(Objects::nonNull)
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  private Map<TopicPartition, Long> ends() {
    Map<TopicPartition, OffsetSpec> latest =
        Objects.requireNonNull(
                await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic))
            .partitions()
            .stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
    return await(admin.listOffsets(latest).all()).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  private Map<TopicPartition, @Nullable OffsetAndMetadata> committed() {
    try {
      return await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    } catch (GroupIdNotFoundException notYet) {
      return Map.of();
    }
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException refused
          ? refused
          : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
