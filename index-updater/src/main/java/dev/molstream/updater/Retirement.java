package dev.molstream.updater;

import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.service.ServiceConfig;
import dev.molstream.service.StreamsService;
import dev.molstream.service.release.ReleaseWriter;
import dev.molstream.service.release.UnusableReleaseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Takes away what a retired model has left, in an order in which it can be broken off and begun
 * again: its consumer group, once no instance embeds for it any more, so that nothing is written
 * behind our back; its embeddings; its changelog; its local state; last its bundle and its release,
 * after which nobody knows it. Every instance does it, and may find it done. One thread.
 */
final class Retirement {
  private static final Duration GROUP_EMPTY = Duration.ofSeconds(15);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration POLL = Duration.ofMillis(500);

  private final ServiceConfig service;
  private final TopicCatalogue topics;
  private final Admin admin;

  /**
   * @param service without a model's suffix
   * @param admin borrowed
   */
  Retirement(ServiceConfig service, Admin admin) {
    this.service = service;
    this.topics = TopicCatalogue.of(service.topicPrefix());
    this.admin = admin;
  }

  /**
   * Does all of it.
   *
   * @throws UnusableReleaseException when an instance still embeds for the model
   */
  void complete(ModelRelease release) {
    String modelId = release.getModelId();
    String group = service.withApplicationIdSuffix("-" + modelId).applicationId();
    deleteGroup(group);
    try (Producer<byte[], byte[]> producer = StreamsService.producer(service)) {
      deleteEmbeddings(modelId, producer);
      deleteTopic(group + "-" + EmbedItems.PENDING_STORE + "-changelog");
      deleteFolder(service.stateDirectory().resolve(group));
      ReleaseWriter.forget(release, producer, topics);
    }
  }

  private void deleteGroup(String group) {
    long end = System.nanoTime() + GROUP_EMPTY.toNanos();
    while (true) {
      try {
        await(admin.deleteConsumerGroups(List.of(group)).all());
        return;
      } catch (GroupIdNotFoundException done) {
        return;
      } catch (GroupNotEmptyException embedding) {
        if (System.nanoTime() - end > 0) {
          throw new UnusableReleaseException(
              "is retired and the group %s still has members: stop the index-updaters that do not"
                      .formatted(group)
                  + " follow models");
        }
        pause();
      }
    }
  }

  private void deleteEmbeddings(String modelId, Producer<byte[], byte[]> producer) {
    String topic = topics.name(Topic.ITEM_EMBEDDINGS);
    byte[] prefix = (modelId + '/').getBytes(StandardCharsets.UTF_8);
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer =
        StreamsService.consumer(service, service.applicationId() + "-retirement")) {
      for (var info : consumer.partitionsFor(topic)) {
        TopicPartition partition = new TopicPartition(topic, info.partition());
        for (String key : keysWithValue(consumer, partition, prefix)) {
          byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
          sent.add(producer.send(new ProducerRecord<>(topic, partition.partition(), bytes, null)));
        }
      }
    }
    producer.flush();
    sent.forEach(Retirement::await);
  }

  private static Set<String> keysWithValue(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, byte[] prefix) {
    Set<String> keys = new HashSet<>();
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(partition));
    while (consumer.position(partition) < ends.getOrDefault(partition, 0L)) {
      for (var record : consumer.poll(POLL)) {
        if (record.key() == null || !startsWith(record.key(), prefix)) {
          continue;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
          keys.remove(key);
        } else {
          keys.add(key);
        }
      }
    }
    return keys;
  }

  private static boolean startsWith(byte[] text, byte[] prefix) {
    return text.length >= prefix.length
        && Arrays.equals(text, 0, prefix.length, prefix, 0, prefix.length);
  }

  private void deleteTopic(String topic) {
    try {
      await(admin.deleteTopics(List.of(topic)).all());
    } catch (UnknownTopicOrPartitionException done) {
      return;
    }
  }

  private static void deleteFolder(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static <T> T await(Future<T> future) {
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
