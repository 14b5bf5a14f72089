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
import dev.molstream.stream.StreamAppConfig;
import dev.molstream.updater.IndexUpdaterConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
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
  static final String MODEL = "random";
  static final TopicCatalogue TOPICS = TopicCatalogue.of("");

  private final String bootstrapServers;
  private final Path directory;
  private Map<String, String> settings;
  private final KafkaProducer<byte[], byte[]> producer;
  private LiveServices services;

  private LivingSystem(String bootstrapServers, Path directory, Map<String, String> settings) {
    this.bootstrapServers = bootstrapServers;
    this.directory = directory;
    this.settings = settings;
    RandomBundle.write(
        directory.resolve("bundle"),
        MODEL,
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
    return start(bootstrapServers, directory, Map.of());
  }

  /** The same with further settings of the services, each for those that know it. */
  static LivingSystem start(String bootstrapServers, Path directory, Map<String, String> settings) {
    LivingSystem system = new LivingSystem(bootstrapServers, directory, settings);
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
    restartServices(() -> {});
  }

  /** Stops both services cleanly, does something, starts them again. */
  void restartServices(Runnable whileStopped) {
    services.close();
    whileStopped.run();
    services = startServices();
  }

  /** Stops both services cleanly and starts them with other further settings. */
  void restartServices(Map<String, String> others) {
    restartServices(() -> settings = others);
  }

  /** What makes the stream application read its events again. */
  ApplicationReset reset(Admin admin) {
    return reset(admin, StreamAppConfig.APPLICATION_ID, Topic.USER_EVENTS);
  }

  /** What makes the index-updater embed its items again. */
  ApplicationReset resetOfIndexUpdater(Admin admin) {
    return reset(admin, IndexUpdaterConfig.APPLICATION_ID + "-" + MODEL, Topic.ITEM_UPDATES);
  }

  private ApplicationReset reset(Admin admin, String applicationId, Topic reread) {
    return ApplicationReset.of(
        admin, applicationId, Set.of(TOPICS.name(reread)), directory.resolve("state"));
  }

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /** Produces text as anyone might. */
  void produce(Topic topic, byte @Nullable [] key, String value, String... headers) {
    produce(topic, key, value.getBytes(UTF_8), headers);
  }

  /** Produces bytes as anyone might; headers are names and values in turn. */
  void produce(Topic topic, byte @Nullable [] key, byte[] value, String... headers) {
    var record = new ProducerRecord<>(TOPICS.name(topic), key, value);
    for (int i = 0; i < headers.length; i += 2) {
      record.headers().add(headers[i], headers[i + 1].getBytes(UTF_8));
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
    return read(TOPICS.name(topic));
  }

  /** The same of a topic that is not one of ours. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    return read(bootstrapServers, topic);
  }

  static List<ConsumerRecord<byte[], byte[]>> read(String bootstrapServers, String topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
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
        bootstrapServers,
        TOPICS,
        directory.resolve("bundle"),
        directory.resolve("state"),
        settings);
  }

  static List<ItemContent> films() {
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

  static Dataset dataset() {
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
