package dev.molstream.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.molstream.schemas.AvroJson;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.schemas.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the whole system must do on whichever Kafka a subclass brings. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SystemScenario {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String[] JSON = {AvroSerde.CONTENT_TYPE_HEADER, AvroSerde.JSON};

  private LivingSystem system;

  /** Starts Kafka and says where it is. */
  abstract String startKafka(Path directory);

  /** Stops it. */
  abstract void stopKafka();

  /** What the services are told beside where Kafka is. */
  Map<String, String> settings() {
    return Map.of();
  }

  /** What is running. */
  LivingSystem system() {
    return system;
  }

  @BeforeAll
  void start(@TempDir Path directory) {
    system = LivingSystem.start(startKafka(directory.resolve("kafka")), directory, settings());
  }

  @AfterAll
  void stop() {
    if (system != null) {
      system.close();
    }
    stopKafka();
  }

  @Test
  void answersEveryRequestOnceWithUnseenTitledFilms() {
    try (RequestClient client = system.client()) {
      for (int i = 0; i < 50; i++) {
        String viewer = "u" + (1 + i % LivingSystem.VIEWERS);
        Answer answer = client.ask(viewer, 10, PATIENCE);

        assertThat(answer.recommendations().getStatus()).isEqualTo(RecommendationStatus.OK);
        assertThat(answer.itemIds()).hasSize(10).doesNotHaveDuplicates();
        assertThat(answer.items())
            .allSatisfy(item -> assertThat(item.getTitle()).startsWith("Film "));
        int first = 1 + i % LivingSystem.VIEWERS;
        assertThat(answer.itemIds()).doesNotContain("f" + first, "f" + (first + 3));
      }
      assertThat(client.answers()).isEqualTo(50);
      assertThat(client.duplicates()).isZero();
    }
  }

  @Test
  void answersAJsonRequestWithoutAKeyInJson() {
    system.produce(
        Topic.RECOMMENDATION_REQUESTS,
        null,
        "{\"requestId\":\"by-hand\",\"userId\":\"u1\",\"k\":5}",
        JSON);

    Recommendations answer = awaitJsonAnswer("by-hand");

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(answer.getItems())
        .hasSize(5)
        .extracting(RecommendedItem::getTitle)
        .doesNotContain("");
  }

  @Test
  void putsAMalformedRequestAsideWithAReasonAndAnswersTheNext() {
    byte[] key = "u2".getBytes(UTF_8);
    system.produce(Topic.RECOMMENDATION_REQUESTS, key, "{\"userId\":\"u2\",\"k\":", JSON);
    system.produce(
        Topic.RECOMMENDATION_REQUESTS,
        key,
        "{\"requestId\":\"after-the-bad\",\"userId\":\"u2\",\"k\":3}",
        JSON);

    assertThat(awaitJsonAnswer("after-the-bad").getItems()).hasSize(3);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(system.read(Topic.DEAD_LETTERS))
                    .anySatisfy(
                        letter -> {
                          assertThat(new String(letter.value(), UTF_8))
                              .startsWith("{\"userId\":\"u2\"");
                          assertThat(header(letter, "molstream.reason")).isEqualTo("UNREADABLE");
                          assertThat(header(letter, "molstream.error")).isNotBlank();
                        }));
  }

  @Test
  void saysWhyARequestIsInvalid() {
    system.produce(
        Topic.RECOMMENDATION_REQUESTS,
        "u3".getBytes(UTF_8),
        "{\"requestId\":\"too-many\",\"userId\":\"u3\",\"k\":100000}",
        JSON);

    Recommendations answer = awaitJsonAnswer("too-many");

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.INVALID);
    assertThat(answer.getReason()).contains("100000").contains("1000");
  }

  @Test
  void givesAnUnknownViewerWhatIsPopular() {
    try (RequestClient client = system.client()) {
      Answer answer = client.ask("nobody", 5, PATIENCE);

      assertThat(answer.recommendations().getStatus()).isEqualTo(RecommendationStatus.COLD_START);
    }
  }

  @Test
  void manyUsersReadWhatTheyHaveJustWritten() throws Exception {
    try (RequestClient client = system.client();
        ExecutorService users = Executors.newFixedThreadPool(16)) {
      List<Future<?>> done = new ArrayList<>();
      for (int u = 0; u < 64; u++) {
        String user = "writer-" + u;
        done.add(users.submit(() -> writeAndRead(client, user)));
      }
      for (Future<?> user : done) {
        user.get();
      }
    }
  }

  /** Each event is acknowledged before the request that names it is sent. */
  private void writeAndRead(RequestClient client, String user) {
    for (int i = 1; i <= 8; i++) {
      system.produceEvent(user, user + "-" + i, "f" + i);

      Answer answer = client.ask(after(user, user + "-" + i), PATIENCE);

      assertThat(answer.recommendations().getMissingEvents()).isEmpty();
      assertThat(answer.recommendations().getHistoryLength()).isEqualTo(i);
      assertThat(answer.itemIds()).doesNotContain("f" + i).hasSize(LivingSystem.FILMS - i);
    }
  }

  @Test
  void aRequestWaitsForAnEventThatIsProducedAfterIt() throws Exception {
    try (RequestClient client = system.client()) {
      CompletableFuture<Answer> answer = client.send(after("early", "early-1"));
      system.produceEvent("early", "early-1", "f1");

      Recommendations given = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).recommendations();
      assertThat(given.getMissingEvents()).isEmpty();
      assertThat(given.getStatus()).isEqualTo(RecommendationStatus.OK);
      assertThat(given.getHistoryLength()).isEqualTo(1);
    }
  }

  @Test
  void anEventThatNeverComesIsSaidToBeMissing() {
    try (RequestClient client = system.client()) {
      Answer answer = client.ask(after("u5", "never"), PATIENCE);

      assertThat(answer.recommendations().getStatus()).isEqualTo(RecommendationStatus.OK);
      assertThat(answer.recommendations().getMissingEvents()).containsExactly("never");
    }
  }

  private static RecommendationRequest.Builder after(String user, String eventId) {
    return RecommendationRequest.newBuilder()
        .setUserId(user)
        .setK(LivingSystem.FILMS)
        .setAfterEvents(List.of(eventId));
  }

  @Test
  void aFloodedPartitionDoesNotKeepTheOthersWaiting() throws Exception {
    String quiet = userInAnotherPartitionThan("u1");
    try (RequestClient client = system.client()) {
      // A thousand requests are waiting until the other user has been answered.
      AtomicBoolean flooding = new AtomicBoolean(true);
      List<CompletableFuture<Void>> flood = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        flood.add(askAgainAndAgain(client, "u1", flooding));
      }
      try {
        assertThat(client.ask(quiet, 5, PATIENCE).recommendations().getUserId()).isEqualTo(quiet);
        assertThat(flood).noneMatch(CompletableFuture::isDone);
      } finally {
        flooding.set(false);
      }
      for (CompletableFuture<Void> end : flood) {
        end.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  private static CompletableFuture<Void> askAgainAndAgain(
      RequestClient client, String user, AtomicBoolean going) {
    return client
        .send(RecommendationRequest.newBuilder().setUserId(user).setK(30))
        .thenCompose(
            _ ->
                going.get()
                    ? askAgainAndAgain(client, user, going)
                    : CompletableFuture.completedFuture(null));
  }

  private static String userInAnotherPartitionThan(String user) {
    return IntStream.rangeClosed(1, LivingSystem.VIEWERS)
        .mapToObj(i -> "u" + i)
        .filter(other -> partition(other) != partition(user))
        .findFirst()
        .orElseThrow();
  }

  private static int partition(String user) {
    int count = LivingSystem.TOPICS.partitions(Topic.RECOMMENDATION_REQUESTS);
    return Utils.toPositive(Utils.murmur2(user.getBytes(UTF_8))) % count;
  }

  @Test
  void aJsonRequestAsksForSimilarItemsAndSaysWhy() {
    system.produce(
        Topic.RECOMMENDATION_REQUESTS,
        null,
        "{\"requestId\":\"alike\",\"similarTo\":\"f7\",\"k\":3,\"options\":{\"explain\":\"true\"}}",
        JSON);

    Recommendations answer = awaitJsonAnswer("alike");

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(answer.getItems())
        .hasSize(3)
        .allSatisfy(item -> assertThat(item.getItemId()).isNotEqualTo("f7"))
        .allSatisfy(item -> assertThat(item.getExplanation()).startsWith("Like Film 7"))
        .allSatisfy(item -> assertThat(item.getContributions().getComponents()).isNotEmpty());
  }

  @Test
  void embedsNothingAgainAfterARestartAndIsWarmAtOnce() {
    int embeddings = system.read(Topic.ITEM_EMBEDDINGS).size();
    List<String> before;
    try (RequestClient client = system.client()) {
      before = client.ask("u4", 10, PATIENCE).itemIds();
    }

    system.restartServices();

    assertThat(system.services().indexedItems()).isEqualTo(LivingSystem.FILMS);
    try (RequestClient client = system.client()) {
      Answer answer = client.ask("u4", 10, PATIENCE);
      assertThat(answer.isOk()).isTrue();
      assertThat(answer.itemIds()).isEqualTo(before);
    }
    assertThat(system.read(Topic.ITEM_EMBEDDINGS)).hasSize(embeddings);
  }

  @Test
  void isReadyAfterAResetOnlyWhenAllHistoriesHaveBeenReadAgain() {
    List<String> before;
    try (RequestClient client = system.client()) {
      before = client.ask("u5", 10, PATIENCE).itemIds();
    }
    int answers = system.read(Topic.RECOMMENDATIONS).size();

    try (Admin admin = system.admin()) {
      assertThatThrownBy(() -> system.reset(admin)).hasMessageContaining("stop all its instances");
      system.restartServices(
          () -> {
            ApplicationReset reset = awaitUnused(() -> system.reset(admin));
            assertThat(reset.topics()).hasSize(3);
            assertThat(reset.directories()).isNotEmpty();
            assertThat(reset.offsets()).isNotEmpty();
            reset.carryOut(admin);
            assertThat(system.reset(admin))
                .satisfies(
                    again -> assertThat(again.topics()).isEmpty(),
                    again -> assertThat(again.offsets()).isEmpty(),
                    again -> assertThat(again.directories()).isEmpty());
          });
    }

    try (RequestClient client = system.client()) {
      assertThat(client.ask("u5", 10, PATIENCE).itemIds()).isEqualTo(before);
    }
    assertThat(system.read(Topic.RECOMMENDATIONS)).hasSize(answers + 1);
  }

  @Test
  void embedsTheCatalogueAgainAfterAReset() {
    int embeddings = system.read(Topic.ITEM_EMBEDDINGS).size();

    try (Admin admin = system.admin()) {
      system.restartServices(
          () -> awaitUnused(() -> system.resetOfIndexUpdater(admin)).carryOut(admin));
    }

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(system.read(Topic.ITEM_EMBEDDINGS))
                    .hasSize(embeddings + LivingSystem.FILMS));
  }

  @Test
  void answersAClientOfTheFirstReleaseWhichReadsTheAnswerWithItsOwnSchema() {
    system.produce(
        Topic.RECOMMENDATION_REQUESTS,
        "u6".getBytes(UTF_8),
        OlderClient.singleObject(
            "RecommendationRequest", Map.of("requestId", "older", "userId", "u6", "k", 4)));

    GenericRecord answer =
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    system.read(Topic.RECOMMENDATIONS).stream()
                        .filter(record -> !AvroSerde.isJson(record.headers()))
                        .map(
                            record ->
                                OlderClient.readSingleObject(
                                    "Recommendations",
                                    Recommendations.getClassSchema(),
                                    record.value()))
                        .filter(read -> read.get("requestId").toString().equals("older"))
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();

    assertThat(answer.get("status").toString()).isEqualTo("OK");
    assertThat((List<?>) answer.get("items")).hasSize(4);
  }

  /** A member that has just left may be counted for a moment longer. */
  private static ApplicationReset awaitUnused(Callable<ApplicationReset> reset) {
    return await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(KafkaException.class)
        .until(reset, Objects::nonNull);
  }

  private Recommendations awaitJsonAnswer(String requestId) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                system.read(Topic.RECOMMENDATIONS).stream()
                    .filter(answer -> AvroSerde.isJson(answer.headers()))
                    .map(answer -> AvroJson.read(answer.value(), Recommendations.class))
                    .filter(answer -> answer.getRequestId().equals(requestId))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }
}
