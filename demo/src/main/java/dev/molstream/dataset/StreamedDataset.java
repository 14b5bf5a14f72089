package dev.molstream.dataset;

import dev.molstream.model.ItemContent;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.SchemaRegistryException;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.UserEvent;
import dev.molstream.schemas.WireFormat;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * What is on the topics now: {@code item-updates} and {@code user-events} from their beginning to
 * where they ended when the reading began. Of an item its last update counts, deleted items are
 * left out; of events with equal user and eventId the first counts; a null value takes all earlier
 * events of the user away. Records that cannot be read and events on items that are not there are
 * passed over and counted: the services have put them in {@code dead-letters}, or will.
 *
 * <p>Joins no group and commits nothing. Sees committed transactions only.
 */
public final class StreamedDataset implements Dataset {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(500);

  private final String name;
  private final List<ItemContent> items;
  private final List<UserEvent> events;
  private final Skipped skipped;

  /**
   * What was passed over.
   *
   * @param unreadable records that are not what their topic holds
   * @param repeated events that were there already
   * @param withoutItem events on items that are not in the catalogue
   */
  public record Skipped(long unreadable, long repeated, long withoutItem) {}

  private StreamedDataset(
      String name, List<ItemContent> items, List<UserEvent> events, Skipped skipped) {
    this.name = name;
    this.items = items;
    this.events = events;
    this.skipped = skipped;
  }

  /**
   * Reads the topics.
   *
   * @param format how their values are written; borrowed
   * @throws KafkaException when a topic is missing or the cluster stops answering
   */
  public static StreamedDataset read(
      String bootstrapServers, TopicCatalogue topics, WireFormat format) {
    Reading<ItemUpdate> updates =
        new Reading<>(
            bootstrapServers, topics.name(Topic.ITEM_UPDATES), format.serde(ItemUpdate.class));
    Map<String, ItemContent> items = new TreeMap<>(); // the same order in every reading
    updates.forEach(
        update -> {
          @Nullable ItemUpdate state = update.value();
          if (state == null) {
            items.remove(update.key());
          } else {
            items.put(state.getItemId(), content(state));
          }
        });
    Reading<UserEvent> reading =
        new Reading<>(
            bootstrapServers, topics.name(Topic.USER_EVENTS), format.serde(UserEvent.class));
    Map<String, Map<String, UserEvent>> byUser = new TreeMap<>(); // by eventId, as they came
    long[] repeated = new long[1];
    reading.forEach(
        record -> {
          @Nullable UserEvent event = record.value();
          if (event == null) {
            byUser.remove(record.key());
          } else if (byUser
                  .computeIfAbsent(event.getUserId(), _ -> new LinkedHashMap<>())
                  .putIfAbsent(event.getEventId(), event)
              != null) {
            repeated[0]++;
          }
        });
    List<UserEvent> all = byUser.values().stream().flatMap(own -> own.values().stream()).toList();
    List<UserEvent> events =
        all.stream().filter(event -> items.containsKey(event.getItemId())).toList();
    return new StreamedDataset(
        topics.prefix() + "stream",
        List.copyOf(items.values()),
        events,
        new Skipped(
            updates.unreadable + reading.unreadable, repeated[0], all.size() - events.size()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<ItemContent> items() {
    return items;
  }

  /** What was passed over. */
  public Skipped skipped() {
    return skipped;
  }

  /** How many events count. */
  public int eventCount() {
    return events.size();
  }

  @Override
  public void forEachInteraction(java.util.function.Consumer<Interaction> visitor) {
    for (UserEvent event : events) {
      visitor.accept(
          new Interaction(
              event.getUserId(),
              event.getItemId(),
              event.getAction(),
              event.getValue(),
              event.getTimestamp().toEpochMilli()));
    }
  }

  private static ItemContent content(ItemUpdate update) {
    return new ItemContent(
        update.getItemId(),
        update.getTitle(),
        update.getCategories(),
        update.getAttributes(),
        null);
  }

  /** One topic from its beginning to its end as it is now. */
  private static final class Reading<T extends SpecificRecord> {
    private final String bootstrapServers;
    private final String topic;
    private final AvroSerde<T> serde;
    private long unreadable;

    Reading(String bootstrapServers, String topic, AvroSerde<T> serde) {
      this.bootstrapServers = bootstrapServers;
      this.topic = topic;
      this.serde = serde;
    }

    void forEach(java.util.function.Consumer<ConsumerRecord<String, T>> visitor) {
      try (Consumer<String, T> consumer =
          new KafkaConsumer<>(
              Map.of(
                  ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                  bootstrapServers,
                  ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                  "read_committed",
                  ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                  10_000),
              new StringDeserializer(),
              serde.deserializer())) {
        List<TopicPartition> partitions =
            consumer.partitionsFor(topic, PATIENCE).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
          throw new KafkaException("topic " + topic + " is missing at " + bootstrapServers);
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends =
            new LinkedHashMap<>(consumer.endOffsets(partitions, PATIENCE));
        long lastProgress = System.nanoTime();
        while (!isAtEnd(consumer, ends)) {
          int read = poll(consumer, visitor);
          if (read > 0) {
            lastProgress = System.nanoTime();
          } else if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
            throw new KafkaException(
                "%s at %s gave nothing for %d s: read up to %s of %s"
                    .formatted(
                        topic,
                        bootstrapServers,
                        PATIENCE.toSeconds(),
                        positions(consumer, ends),
                        ends));
          }
        }
      }
    }

    private int poll(
        Consumer<String, T> consumer,
        java.util.function.Consumer<ConsumerRecord<String, T>> visitor) {
      try {
        int read = 0;
        for (ConsumerRecord<String, T> record : consumer.poll(POLL)) {
          visitor.accept(record);
          read++;
        }
        return read;
      } catch (RecordDeserializationException e) {
        if (e.getCause() instanceof SchemaRegistryException noAnswer) {
          throw noAnswer;
        }
        unreadable++;
        consumer.seek(e.topicPartition(), e.offset() + 1);
        return 1;
      }
    }

    private boolean isAtEnd(Consumer<String, T> consumer, Map<TopicPartition, Long> ends) {
      return ends.entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey(), PATIENCE) >= end.getValue());
    }

    private Map<TopicPartition, Long> positions(
        Consumer<String, T> consumer, Map<TopicPartition, Long> ends) {
      Map<TopicPartition, Long> positions = new LinkedHashMap<>();
      ends.keySet().forEach(partition -> positions.put(partition, consumer.position(partition)));
      return positions;
    }
  }
}
