package dev.molstream.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.Action;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.Certificate;
import dev.molstream.schemas.EmbeddingKey;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.RequestFilters;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.UserEvent;
import dev.molstream.stream.StreamApp;
import dev.molstream.stream.StreamAppConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three instances that share the items, on one broker, against one that has them all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShardedCatalogueTest {
  private static final String MODEL = "random";
  private static final MolShape SHAPE = new MolShape(16, 4, 2, 8, 16, 0.05f);
  private static final int ITEMS = 2_000;
  private static final int USERS = 60;
  private static final int EVENTS_EACH = 12;
  private static final int SHARDS = 6;
  private static final int INSTANCES = 3;
  private static final TopicCatalogue TOPICS = TopicCatalogue.of("").withPartitions(4, SHARDS);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Path directory;
  private EmbeddedBroker broker;
  private KafkaProducer<String, byte[]> producer;
  private final List<StreamApp> instances = new ArrayList<>();

  @BeforeAll
  void fillTheTopics(@TempDir Path directory) {
    this.directory = directory;
    broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TOPICS.create(admin, (short) 1);
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 20),
            new StringSerializer(),
            bytes());
    List<String> itemIds = new ArrayList<>();
    RandomGenerator random = new SplittableRandom(3);
    for (int item = 0; item < ITEMS; item++) {
      itemIds.add(item(item));
      put(
          Topic.ITEM_EMBEDDINGS,
          EmbeddingKey.of(MODEL, item(item)).toString(),
          embedding(item, random));
    }
    for (int user = 0; user < USERS; user++) {
      for (int event = 0; event < EVENTS_EACH; event++) {
        put(Topic.USER_EVENTS, user(user), event(user, event, random));
      }
    }
    producer.flush();
    RandomBundle.write(directory.resolve("bundle"), MODEL, SHAPE, itemIds.subList(0, 1), 7);
  }

  @AfterAll
  void stop() {
    instances.forEach(StreamApp::close);
    producer.close();
    broker.close();
  }

  @Test
  void answersAsOneInstanceWithAllItemsDoesAndStaysUpWhenAnInstanceGoes() throws Exception {
    List<RecommendationRequest.Builder> requests = requests();
    List<Recommendations> replicated;
    try (StreamApp app = start("replicated", "r", "replicated")) {
      awaitReady(app);
      replicated = ask(requests);
    }
    for (int instance = 1; instance <= INSTANCES; instance++) {
      instances.add(start("sharded", "s" + instance, "sharded"));
    }
    instances.forEach(ShardedCatalogueTest::awaitReady);

    List<Recommendations> sharded = ask(requests);

    int compared = 0;
    for (int i = 0; i < requests.size(); i++) {
      assertThat(sharded.get(i).getStatus()).isEqualTo(RecommendationStatus.OK);
      assertThat(sharded.get(i).getCertificate()).isEqualTo(Certificate.EXACT);
      assertThat(sharded.get(i).getItems())
          .as("answer %d", i)
          .isEqualTo(replicated.get(i).getItems());
      assertThat(sharded.get(i).getHistoryLength()).isEqualTo(replicated.get(i).getHistoryLength());
      compared++;
    }
    System.out.printf("sharded: %d answers, all as those of one instance%n", compared);

    servesWhileAnInstanceLeavesAndAnotherComes(requests);
    assertThat(ask(requests))
        .extracting(Recommendations::getItems)
        .isEqualTo(replicated.stream().map(Recommendations::getItems).toList());
  }

  /** Asks until told to stop; the future is done when the last request is answered. */
  private static CompletableFuture<Void> askOneAfterAnother(
      RequestClient client,
      List<RecommendationRequest.Builder> requests,
      Queue<CompletableFuture<Answer>> asked,
      AtomicBoolean going) {
    if (!going.get()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Answer> answer =
        client.send(copy(requests.get(asked.size() % requests.size())));
    asked.add(answer);
    return answer.thenCompose(_ -> askOneAfterAnother(client, requests, asked, going));
  }

  private void servesWhileAnInstanceLeavesAndAnotherComes(
      List<RecommendationRequest.Builder> requests) throws Exception {
    Queue<CompletableFuture<Answer>> asked = new ConcurrentLinkedQueue<>();
    try (RequestClient client = RequestClient.connect(broker.bootstrapServers(), TOPICS)) {
      AtomicBoolean asking = new AtomicBoolean(true);
      CompletableFuture<Void> end = askOneAfterAnother(client, requests, asked, asking);
      awaitAnswers(asked, 20);
      instances.removeLast().close();
      awaitAnswers(asked, asked.size() + 50);
      instances.add(start("sharded", "s4", "sharded"));
      awaitReady(instances.getLast());
      awaitAnswers(asked, asked.size() + 50);
      asking.set(false);
      end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    int partial = 0;
    for (CompletableFuture<Answer> answer : asked) {
      Recommendations got = answer.get().recommendations();
      assertThat(got.getStatus()).isIn(RecommendationStatus.OK, RecommendationStatus.PARTIAL);
      if (got.getStatus() == RecommendationStatus.PARTIAL) {
        partial++;
        assertThat(got.getMissingShards()).isNotEmpty();
      }
    }
    System.out.printf(
        "sharded: %d answers while an instance left and another came, %d of them partial%n",
        asked.size(), partial);
  }

  private static void awaitAnswers(Queue<CompletableFuture<Answer>> asked, int count) {
    await()
        .atMost(PATIENCE)
        .until(() -> asked.stream().filter(CompletableFuture::isDone).count() >= count);
  }

  private List<Recommendations> ask(List<RecommendationRequest.Builder> requests) {
    List<Recommendations> answers = new ArrayList<>();
    try (RequestClient client = RequestClient.connect(broker.bootstrapServers(), TOPICS)) {
      // Until the histories are read, and until all code is loaded.
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                Recommendations last =
                    client.ask(copy(requests.getLast()), PATIENCE).recommendations();
                return last.getStatus() == RecommendationStatus.OK
                    && last.getHistoryLength() == EVENTS_EACH;
              });
      for (RecommendationRequest.Builder request : requests) {
        answers.add(client.ask(copy(request), PATIENCE).recommendations());
      }
    }
    return answers;
  }

  private List<RecommendationRequest.Builder> requests() {
    RandomGenerator random = new SplittableRandom(11);
    List<RecommendationRequest.Builder> requests = new ArrayList<>();
    int[] lengths = {1, 10, 100, 1000};
    for (int i = 0; i < 2 * USERS; i++) {
      RequestFilters filters =
          new RequestFilters(
              i % 3 == 0 ? List.of("even") : List.of(), List.of(item(random.nextInt(ITEMS))));
      requests.add(
          RecommendationRequest.newBuilder()
              .setUserId(user(i % USERS))
              .setK(lengths[random.nextInt(lengths.length)])
              .setFilters(filters)
              .setExcludeSeen(i % 2 == 0)
              .setOptions(Map.of("algorithm", "exact")));
    }
    return requests;
  }

  private StreamApp start(String applicationId, String state, String mode) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker.bootstrapServers());
    settings.put("application.id", applicationId);
    settings.put("model.bundle", directory.resolve("bundle").toString());
    settings.put("state.dir", directory.resolve(state).toString());
    settings.put("http.port", "0");
    settings.put("catalogue.mode", mode);
    settings.put("shard.gather.max.ms", "10000");
    settings.put("kafka.num.standby.replicas", "1");
    return StreamApp.start(StreamAppConfig.of(settings));
  }

  private static void awaitReady(StreamApp app) {
    await().atMost(PATIENCE.multipliedBy(2)).until(app::isReady);
  }

  private static RecommendationRequest.Builder copy(RecommendationRequest.Builder request) {
    return RecommendationRequest.newBuilder(request);
  }

  private static String item(int item) {
    return "item-" + item;
  }

  private static String user(int user) {
    return "user-" + user;
  }

  private static UserEvent event(int user, int event, RandomGenerator random) {
    return UserEvent.newBuilder()
        .setEventId("event-" + user + "-" + event)
        .setUserId(user(user))
        .setItemId(item(random.nextInt(ITEMS)))
        .setAction(Action.VIEW)
        .setTimestamp(Instant.ofEpochMilli(1_700_000_000_000L + event))
        .build();
  }

  private static ItemEmbedding embedding(int item, RandomGenerator random) {
    float[] components = normal(SHAPE.itemFloats(), random);
    int dimension = SHAPE.componentDimension();
    for (int from = 0; from < components.length; from += dimension) {
      double sum = 0;
      for (int i = from; i < from + dimension; i++) {
        sum += components[i] * components[i];
      }
      for (int i = from; i < from + dimension; i++) {
        components[i] /= (float) Math.sqrt(sum);
      }
    }
    return ItemEmbedding.newBuilder()
        .setModelId(MODEL)
        .setItemId(item(item))
        .setTitle("Title " + item)
        .setCategories(List.of(item % 2 == 0 ? "even" : "odd"))
        .setBase(PackedFloats.pack(normal(SHAPE.baseDimension(), random)))
        .setComponents(PackedFloats.pack(components))
        .setGate(PackedFloats.pack(normal(SHAPE.logits(), random)))
        .build();
  }

  private static float[] normal(int count, RandomGenerator random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private <T extends SpecificRecord> void put(Topic topic, String key, T record) {
    @SuppressWarnings("unchecked")
    AvroSerde<T> serde = AvroSerde.of((Class<T>) record.getClass());
    producer.send(
        new ProducerRecord<>(TOPICS.name(topic), key, serde.serializer().serialize("", record)));
  }

  private static Serializer<byte[]> bytes() {
    return (_, value) -> value;
  }
}
