package dev.molstream.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.dataset.Dataset;
import dev.molstream.dataset.Interaction;
import dev.molstream.model.ItemContent;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.Action;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Both services with a random model on some Kafka, and raw access to its topics. */
final class LivingSystem implements AutoCloseable {
  static final int FILMS = 40;
  static final int VIEWERS = 12;
  static final TopicCatalogue TOPICS = TopicCatalogue.of("");

  private final String bootstrapServers;
  private final Path directory;
  private final KafkaProducer<byte[], byte[]> producer;
  private LiveServices services;

  private LivingSystem(String bootstrapServers, Path directory) {
    this.bootstrapServers = bootstrapServers;
    this.directory = directory;
    RandomBundle.write(
        directory.resolve("bundle"),
        "random",
        new MolShape(16, 4, 2, 8, 16, 0.05f),
        films().stream().map(ItemContent::itemId).toList(),
        7);
    this.services = startServices();
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Starts the services and replays the films and ratings. */
  static LivingSystem start(String bootstrapServers, Path directory) {
    LivingSystem system = new LivingSystem(bootstrapServers, directory);
    Replay replay = Replay.onto(bootstrapServers, TOPICS);
    replay.items(dataset(), Progress.none());
    replay.events(dataset(), -1, Progress.none());
    system.services.awaitItems(FILMS, Progress.none());
    system.services.awaitEvents(Progress.none());
    return system;
  }

  LiveServices services() {
    return services;
  }

  RequestClient client() {
    return RequestClient.connect(bootstrapServers, TOPICS);
  }

  /** Stops both services cleanly and starts them on the state they left. */
  void restartServices() {
    services.close();
    services = startServices();
  }

  /** Produces bytes as anyone might. */
  void produce(Topic topic, byte @Nullable [] key, String value, String... header) {
    var record = new ProducerRecord<>(TOPICS.name(topic), key, value.getBytes(UTF_8));
    if (header.length == 2) {
      record.headers().add(header[0], header[1].getBytes(UTF_8));
    }
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Produces an event of now; returns when it is acknowledged. */
  void produceEvent(String userId, String eventId, String itemId) {
    produce(
        Topic.USER_EVENTS,
        userId.getBytes(UTF_8),
        "{\"eventId\":\"%s\",\"userId\":\"%s\",\"itemId\":\"%s\",\"timestamp\":%d}"
            .formatted(eventId, userId, itemId, System.currentTimeMillis()),
        AvroSerde.CONTENT_TYPE_HEADER,
        AvroSerde.JSON);
  }

  /** Everything in a topic, from its beginning to its end of now. */
  List<ConsumerRecord<byte[], byte[]>> read(Topic topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPICS.name(topic)).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  @Override
  public void close() {
    producer.close();
    services.close();
  }

  private LiveServices startServices() {
    return LiveServices.start(
        bootstrapServers, TOPICS, directory.resolve("bundle"), directory.resolve("state"));
  }

  private static List<ItemContent> films() {
    return IntStream.rangeClosed(1, FILMS)
        .mapToObj(
            i ->
                new ItemContent(
                    "f" + i,
                    "Film %d (%d)".formatted(i, 1980 + i),
                    List.of(i % 2 == 0 ? "Drama" : "Comedy"),
                    Map.of(),
                    null))
        .toList();
  }

  private static Dataset dataset() {
    return new Dataset() {
      @Override
      public String name() {
        return "test";
      }

      @Override
      public List<ItemContent> items() {
        return films();
      }

      @Override
      public void forEachInteraction(Consumer<Interaction> visitor) {
        for (int viewer = 1; viewer <= VIEWERS; viewer++) {
          for (int i = 0; i < 5; i++) {
            visitor.accept(
                new Interaction(
                    "u" + viewer, "f" + (viewer + 3 * i), Action.RATE, 4, 1_700_000_000_000L + i));
          }
        }
      }
    };
  }
}
