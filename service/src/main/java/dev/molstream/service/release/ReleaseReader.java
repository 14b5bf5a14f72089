package dev.molstream.service.release;

import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.RecordFormatException;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the topic models from its beginning and follows it. What it shows changes only where no
 * transaction is half read: its writers take turns (they share a transactional id), so at the end
 * of what is committed every swap has been seen with both of its records. One thread.
 */
public final class ReleaseReader implements AutoCloseable {
  private static final Duration TO_THE_END = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Deserializer<ModelRelease> values = AvroSerde.of(ModelRelease.class).deserializer();
  private final Map<String, ModelRelease> reading = new TreeMap<>();
  private final Map<String, String> notUnderstood = new TreeMap<>();
  private Map<String, ModelRelease> releases = Map.of();
  private Map<String, String> unreadable = Map.of();
  private boolean atEnd;

  private ReleaseReader(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    this.consumer = consumer;
    this.partition = partition;
  }

  /**
   * A reader that has read nothing yet.
   *
   * @param consumer reads committed records only, in no group; closed with this
   */
  public static ReleaseReader of(Consumer<byte[], byte[]> consumer, TopicCatalogue topics) {
    TopicPartition partition = new TopicPartition(topics.name(Topic.MODELS), 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    return new ReleaseReader(consumer, partition);
  }

  /**
   * Reads on, to what is the end when it is called.
   *
   * @param wait how long to wait for a record first
   * @return false when the end could not be reached, as while no broker answers: then what is shown
   *     is as before
   */
  public boolean poll(Duration wait) {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(wait);
    records.forEach(this::apply);
    atEnd = false;
    try {
      long end = Objects.requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
      while (consumer.position(partition) < end) {
        ConsumerRecords<byte[], byte[]> more = consumer.poll(TO_THE_END);
        more.forEach(this::apply);
        if (more.isEmpty() && consumer.position(partition) < end) {
          return false;
        }
      }
    } catch (TimeoutException noAnswer) {
      return false;
    }
    atEnd = true;
    releases = Map.copyOf(reading);
    unreadable = Map.copyOf(notUnderstood);
    return true;
  }

  /** True once the topic has been read to an end. */
  public boolean hasRead() {
    return atEnd;
  }

  /** The last release of each model that could be read; empty before the first poll. */
  public Map<String, ModelRelease> releases() {
    return releases;
  }

  /** Keys whose last record cannot be used, and why; the release before it stays. */
  public Map<String, String> unreadable() {
    return unreadable;
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      notUnderstood.put("", "models-0@" + record.offset() + " has no key: the model's id is valid");
      return;
    }
    String modelId = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      reading.remove(modelId);
      notUnderstood.remove(modelId);
      return;
    }
    String problem;
    try {
      ModelRelease release = values.deserialize("", record.headers(), record.value());
      problem = problem(modelId, release);
      if (problem == null) {
        reading.put(modelId, release);
        notUnderstood.remove(modelId);
        return;
      }
    } catch (RecordFormatException e) {
      problem = String.valueOf(e.getMessage());
    }
    notUnderstood.put(modelId, "models-0@%d: %s".formatted(record.offset(), problem));
  }

  private static @Nullable String problem(String modelId, ModelRelease release) {
    if (!release.getModelId().equals(modelId)) {
      return "the key is '%s' and the value's modelId '%s': they must agree"
          .formatted(modelId, release.getModelId());
    }
    double share = release.getTrafficShare();
    return share >= 0 && share <= 1 ? null : "trafficShare is %s: 0 to 1 is valid".formatted(share);
  }
}
