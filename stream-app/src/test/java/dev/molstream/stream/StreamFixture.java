package dev.molstream.stream;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.Action;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.EmbeddingKey;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.RequestFilters;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.UserEvent;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.DeadLetters;
import dev.molstream.stream.history.HistoryMemory;
import dev.molstream.stream.history.UserHistory;
import dev.molstream.stream.index.IndexProgress;
import dev.molstream.stream.model.IndexFeed;
import dev.molstream.stream.popularity.Decay;
import dev.molstream.stream.request.SearchPlan;
import dev.molstream.stream.request.ServedModel;
import dev.molstream.stream.request.ServedModels;
import dev.molstream.stream.request.Traffic;
import dev.molstream.stream.user.UserLimits;
import dev.molstream.stream.user.UserPartitions;
import dev.molstream.stream.user.UserSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The whole topology without a broker, on one partition, with a clock set by hand. */
final class StreamFixture implements AutoCloseable {
  static final String MODEL = "model-1";
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final int HISTORY_MAX_EVENTS = 20;
  static final int RETENTION_DAYS = 30;
  static final Duration ADMISSION_WAIT = Duration.ofSeconds(10);

  final MeterRegistry registry = new SimpleMeterRegistry();
  final MockProducer<byte[], byte[]> globalDeadLetters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  final TestInputTopic<String, byte[]> events;
  final TestInputTopic<String, byte[]> requests;
  final TestInputTopic<String, byte[]> embeddings;
  final TestOutputTopic<String, byte[]> answers;
  final TestOutputTopic<byte[], byte[]> deadLetters;
  private final TopologyTestDriver driver;
  private final TopologyTestDriver feed;
  private final ServedModel served;
  private int eventCount;

  StreamFixture(Path directory) {
    FakeModel model = new FakeModel(MODEL);
    DeadLetters letters = DeadLetters.to("dead-letters", registry, () -> globalDeadLetters);
    AtomicReference<ItemIndex> index = new AtomicReference<>();
    feed =
        new TopologyTestDriver(
            IndexFeed.topology(
                TopicCatalogue.of(""),
                MODEL,
                WireFormat.singleObject(),
                at -> {
                  ItemIndex opened = model.openIndex(at);
                  index.set(opened);
                  return opened;
                },
                new IndexProgress(),
                registry),
            properties("feed", directory, letters),
            NOW);
    served =
        ServedModel.open(
            model.manifest(),
            model::openQueryTower,
            Objects.requireNonNull(index.get()),
            new SearchPlan(SearchPlan.Mode.AUTO, 100, 1000),
            1);
    ServedModels models = new ServedModels();
    models.publish(Traffic.allTo(served));
    UserSettings settings =
        new UserSettings(
            models,
            new UserLimits(
                HISTORY_MAX_EVENTS, RETENTION_DAYS, Duration.ofSeconds(1), ADMISSION_WAIT),
            new HistoryMemory(1 << 20),
            new Decay(Duration.ofHours(24)),
            new UserPartitions(1),
            registry);
    driver =
        new TopologyTestDriver(
            RecommendationTopology.of(
                TopicCatalogue.of(""),
                settings,
                new ReplyTopics("recommendations", Set.of("replies")),
                WireFormat.singleObject()),
            properties("test", directory, letters),
            NOW);
    events = input(driver, "user-events");
    requests = input(driver, "recommendation-requests");
    embeddings = input(feed, "item-embeddings");
    answers = answersOn("recommendations");
    deadLetters =
        driver.createOutputTopic(
            "dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  TestOutputTopic<String, byte[]> answersOn(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** Indexes an item that looks in a direction. */
  void item(String itemId, double degrees, String... categories) {
    embeddings.pipeInput(
        EmbeddingKey.of(MODEL, itemId).toString(), write(embedding(itemId, degrees, categories)));
  }

  static ItemEmbedding embedding(String itemId, double degrees, String... categories) {
    float[] direction = FakeModel.direction(degrees);
    return new ItemEmbedding(
        MODEL,
        itemId,
        "Title of " + itemId,
        List.of(categories),
        Map.of(),
        true,
        PackedFloats.pack(direction),
        PackedFloats.pack(direction),
        PackedFloats.pack(0f),
        -1,
        -1L,
        Instant.EPOCH);
  }

  /** Moves the clock on, and lets timers run. */
  void advance(Duration time) {
    driver.advanceWallClockTime(time);
  }

  /** A click now. */
  void click(String userId, String itemId) {
    event(userId, itemId, NOW.plusMillis(++eventCount));
  }

  void event(String userId, String itemId, Instant time) {
    events.pipeInput(userId, write(event("event-" + itemId + time, userId, itemId, time)), NOW);
  }

  static UserEvent event(String eventId, String userId, String itemId, Instant time) {
    return new UserEvent(eventId, userId, itemId, Action.CLICK, 1f, time, Map.of());
  }

  /** Items of the user's stored events. */
  List<String> history(String userId) {
    List<String> items = new ArrayList<>();
    new UserHistory(
            driver.getKeyValueStore(UserHistory.STORE), HISTORY_MAX_EVENTS, new HistoryMemory(0))
        .read(userId, (itemId, _, _) -> items.add(itemId));
    return items;
  }

  Recommendations ask(String userId, int k) {
    return ask(request("r", userId, k));
  }

  Recommendations ask(RecommendationRequest request) {
    requests.pipeInput(request.getUserId(), write(request), NOW);
    return read(answers.readRecord());
  }

  static RecommendationRequest request(String requestId, String userId, int k) {
    return request(requestId, userId, k, new RequestFilters(List.of(), List.of()), List.of(), null);
  }

  static RecommendationRequest request(
      String requestId,
      String userId,
      int k,
      RequestFilters filters,
      List<String> contextItems,
      @Nullable Instant deadline) {
    return new RecommendationRequest(
        requestId,
        userId,
        k,
        filters,
        true,
        contextItems,
        deadline,
        Map.of(),
        null,
        null,
        List.of());
  }

  void json(TestInputTopic<String, byte[]> topic, @Nullable String key, String json) {
    Headers headers = new RecordHeaders();
    headers.add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
    headers.add("correlation", "c-1".getBytes(StandardCharsets.UTF_8));
    topic.pipeInput(new TestRecord<>(key, json.getBytes(StandardCharsets.UTF_8), headers, NOW));
  }

  static byte[] write(ItemEmbedding embedding) {
    return AvroSerde.of(ItemEmbedding.class).serializer().serialize("", embedding);
  }

  static byte[] write(UserEvent event) {
    return AvroSerde.of(UserEvent.class).serializer().serialize("", event);
  }

  static byte[] write(RecommendationRequest request) {
    return AvroSerde.of(RecommendationRequest.class).serializer().serialize("", request);
  }

  static Recommendations read(TestRecord<?, byte[]> record) {
    return AvroSerde.of(Recommendations.class)
        .deserializer()
        .deserialize("", record.headers(), record.value());
  }

  static List<String> items(Recommendations answer) {
    return answer.getItems().stream().map(item -> item.getItemId()).toList();
  }

  static String header(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  ProducerRecord<byte[], byte[]> onlyGlobalDeadLetter() {
    if (globalDeadLetters.history().size() != 1) {
      throw new AssertionError("dead letters: " + globalDeadLetters.history());
    }
    return globalDeadLetters.history().getFirst();
  }

  @Override
  public void close() {
    driver.close();
    served.close();
    feed.close();
  }

  private static TestInputTopic<String, byte[]> input(TopologyTestDriver driver, String topic) {
    return driver.createInputTopic(
        topic, new StringSerializer(), new ByteArraySerializer(), NOW, Duration.ZERO);
  }

  private static Properties properties(String applicationId, Path directory, DeadLetters letters) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreMemory.class);
    properties.putAll(letters.streamsSettings());
    return properties;
  }
}
