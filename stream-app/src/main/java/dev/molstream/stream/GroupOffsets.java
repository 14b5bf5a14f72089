package dev.molstream.stream;

import dev.molstream.service.ServiceConfig;
import dev.molstream.service.StreamsService;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** {@link CatchUp.Offsets} as the broker has them: what a group has committed is in its stores. */
final class GroupOffsets implements CatchUp.Offsets {
  private final Admin admin;
  private final String group;
  private final String topic;
  private final Map<Integer, Long> beginnings;
  private final Map<Integer, Long> ends;

  private GroupOffsets(Admin admin, String group, String topic, int partitions) {
    this.admin = admin;
    this.group = group;
    this.topic = topic;
    this.beginnings = offsets(partitions, OffsetSpec.earliest());
    // The end of what a reader of transactions sees too.
    this.ends = offsets(partitions, OffsetSpec.latest());
  }

  /**
   * Asks where the topic begins and ends now.
   *
   * @throws KafkaException when the broker does not say
   */
  static GroupOffsets now(ServiceConfig config, String topic, int partitions) {
    Admin admin = StreamsService.admin(config);
    try {
      return new GroupOffsets(admin, config.applicationId(), topic, partitions);
    } catch (RuntimeException e) {
      admin.close();
      throw e;
    }
  }

  @Override
  public Map<Integer, Long> ends() {
    return ends;
  }

  @Override
  public Map<Integer, Long> positions() {
    Map<Integer, Long> positions = new HashMap<>(beginnings);
    Map<TopicPartition, @Nullable OffsetAndMetadata> committed =
        await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    committed.forEach(
        (partition, offset) -> {
          if (offset != null && partition.topic().equals(topic)) {
            positions.merge(partition.partition(), offset.offset(), Math::max);
          }
        });
    return positions;
  }

  @Override
  public void close() {
    admin.close();
  }

  private Map<Integer, Long> offsets(int partitions, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      asked.put(new TopicPartition(topic, partition), spec);
    }
    return await(
            admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
        .entrySet()
        .stream()
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().partition(), entry -> entry.getValue().offset()));
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new KafkaException(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
