package dev.molstream.demo;

import dev.molstream.dataset.Dataset;
import dev.molstream.dataset.Interaction;
import dev.molstream.model.ItemContent;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.UserEvent;
import dev.molstream.schemas.WireFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a data set onto the topics, as fast as the broker takes it or at a pace. Replaying it again
 * changes nothing: items are upserts, and events have the same ids. One thread.
 */
public final class Replay {
  private final String bootstrapServers;
  private final TopicCatalogue topics;
  private final WireFormat format;

  private Replay(String bootstrapServers, TopicCatalogue topics, WireFormat format) {
    this.bootstrapServers = bootstrapServers;
    this.topics = topics;
    this.format = format;
  }

  /** A replay onto the topics of the given cluster. */
  public static Replay onto(String bootstrapServers, TopicCatalogue topics) {
    return onto(bootstrapServers, topics, WireFormat.singleObject());
  }

  /**
   * The same in the format of a system with a schema registry.
   *
   * @param format borrowed
   */
  public static Replay onto(String bootstrapServers, TopicCatalogue topics, WireFormat format) {
    return new Replay(bootstrapServers, topics, format);
  }

  /**
   * Produces every item to item-updates.
   *
   * @return how many the broker acknowledged: all of them
   * @throws KafkaException when one was not
   */
  public long items(Dataset dataset, Progress progress) {
    try (var sending =
        new Sending<>(
            Topic.ITEM_UPDATES,
            ItemUpdate.class,
            progress,
            "replaying films",
            dataset.items().size())) {
      for (ItemContent item : dataset.items()) {
        sending.send(item.itemId(), itemUpdate(item));
      }
      return sending.finish();
    }
  }

  /**
   * Produces every interaction to user-events.
   *
   * @param expected how many there are, for the progress, or -1
   * @return how many the broker acknowledged: all of them
   * @throws KafkaException when one was not
   */
  public long events(Dataset dataset, long expected, Progress progress) {
    return events(dataset, expected, ReplayPace.unlimited(), progress);
  }

  /**
   * Produces the interactions to user-events until all are there or the pace is stopped. At a pace
   * they go in the order of time, for which all of them are held in memory.
   *
   * @param expected how many there are, for the progress, or -1
   * @return how many the broker acknowledged: all that were sent
   * @throws KafkaException when one was not
   */
  public long events(Dataset dataset, long expected, ReplayPace pace, Progress progress) {
    if (pace.isUnlimited()) {
      return send(dataset::forEachInteraction, expected, pace, progress);
    }
    List<Interaction> events = new ArrayList<>();
    dataset.forEachInteraction(events::add);
    events.sort(Comparator.comparingLong(Interaction::timestampMillis));
    return send(events::forEach, events.size(), pace, progress);
  }

  private long send(
      Consumer<Consumer<Interaction>> source, long expected, ReplayPace pace, Progress progress) {
    try (var sending =
        new Sending<>(Topic.USER_EVENTS, UserEvent.class, progress, "replaying events", expected)) {
      try {
        source.accept(
            event -> {
              if (!pace.awaitDue(event.timestampMillis())) {
                throw new CancellationException();
              }
              sending.send(event.userId(), userEvent(event));
            });
      } catch (CancellationException stopped) {
        // what was sent is flushed and counted as ever
      }
      return sending.finish();
    }
  }

  /** The update that puts an item into the catalogue. */
  public static ItemUpdate itemUpdate(ItemContent item) {
    return ItemUpdate.newBuilder()
        .setItemId(item.itemId())
        .setTitle(item.title())
        .setCategories(item.categories())
        .setAttributes(item.attributes())
        .build();
  }

  /** Its id is made of what the interaction says, so that a second replay repeats it. */
  public static UserEvent userEvent(Interaction event) {
    return UserEvent.newBuilder()
        .setEventId(event.userId() + "-" + event.itemId() + "-" + event.timestampMillis())
        .setUserId(event.userId())
        .setItemId(event.itemId())
        .setAction(event.action())
        .setValue(event.value())
        .setTimestamp(Instant.ofEpochMilli(event.timestampMillis()))
        .build();
  }

  /** One topic being filled. */
  private final class Sending<T extends SpecificRecord> implements AutoCloseable {
    private final String topic;
    private final Producer<String, T> producer;
    private final Progress.Task task;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    Sending(Topic topic, Class<T> type, Progress progress, String words, long total) {
      this.topic = topics.name(topic);
      this.producer =
          new KafkaProducer<>(
              Map.of(
                  ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                  bootstrapServers,
                  ProducerConfig.LINGER_MS_CONFIG,
                  50,
                  ProducerConfig.BATCH_SIZE_CONFIG,
                  256 << 10,
                  ProducerConfig.COMPRESSION_TYPE_CONFIG,
                  "lz4"),
              new StringSerializer(),
              format.serde(type).serializer());
      this.task = progress.begin(words, total);
    }

    void send(String key, T value) {
      producer.send(
          new ProducerRecord<>(topic, key, value),
          (_, e) -> {
            if (e == null) {
              task.reached(acknowledged.incrementAndGet());
            } else {
              failure.compareAndSet(null, e);
            }
          });
      throwFailure();
    }

    long finish() {
      producer.flush();
      throwFailure();
      return acknowledged.get();
    }

    private void throwFailure() {
      Exception e = failure.get();
      if (e != null) {
        throw new KafkaException("cannot produce to " + topic + ": " + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      task.close();
      producer.close();
    }
  }
}
