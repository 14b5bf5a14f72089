package dev.molstream.stream;

import static dev.molstream.stream.StreamFixture.MODEL;
import static dev.molstream.stream.StreamFixture.NOW;
import static dev.molstream.stream.StreamFixture.header;
import static dev.molstream.stream.StreamFixture.items;
import static dev.molstream.stream.StreamFixture.read;
import static dev.molstream.stream.StreamFixture.request;
import static dev.molstream.stream.StreamFixture.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.schemas.AvroJson;
import dev.molstream.schemas.Certificate;
import dev.molstream.schemas.HistoryPull;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.schemas.RequestFilters;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.DeadLetters;
import dev.molstream.stream.facts.FactsProcessor;
import dev.molstream.stream.facts.StoredFacts;
import dev.molstream.stream.gather.GatherSettings;
import dev.molstream.stream.history.HistoryMemory;
import dev.molstream.stream.index.IndexProgress;
import dev.molstream.stream.popularity.Decay;
import dev.molstream.stream.request.ServedModel;
import dev.molstream.stream.request.ServedModels;
import dev.molstream.stream.request.Traffic;
import dev.molstream.stream.shard.ShardFixture;
import dev.molstream.stream.user.UserLimits;
import dev.molstream.stream.user.UserPartitions;
import dev.molstream.stream.user.UserSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The three topologies of a sharded catalogue without a broker: users and facts on one side, a
 * shard on the other, and what is between them carried by hand.
 */
class ShardedStreamTest {
  private static final Duration PATIENCE = Duration.ofMillis(200);

  @TempDir Path directory;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private TopologyTestDriver users;
  private TopologyTestDriver facts;
  private TopologyTestDriver shard;
  private ServedModel served;

  @BeforeEach
  void start() {
    FakeModel model = new FakeModel(MODEL);
    facts = driver("facts", factsTopology(model));
    shard = driver("shard", ShardFixture.topology(model, registry));
    served =
        ServedModel.sharded(
            model.manifest(),
            model::openQueryTower,
            new StoredFacts(facts.getKeyValueStore(StoredFacts.STORE)),
            1);
    ServedModels models = new ServedModels();
    models.publish(Traffic.allTo(served));
    users =
        driver(
            "users",
            RecommendationTopology.sharded(
                TopicCatalogue.of(""),
                new UserSettings(
                    models,
                    new UserLimits(20, 400, Duration.ofSeconds(1), Duration.ZERO),
                    new HistoryMemory(1 << 20),
                    new Decay(Duration.ofHours(24)),
                    new UserPartitions(1),
                    registry),
                new ReplyTopics("recommendations", Set.of("replies")),
                WireFormat.singleObject(),
                new GatherSettings(1, PATIENCE, registry)));
    for (int degrees = 0; degrees < 180; degrees += 10) {
      item("at" + degrees, degrees, degrees < 90 ? "right" : "left");
    }
  }

  @AfterEach
  void stop() {
    users.close();
    facts.close();
    shard.close();
    served.close();
  }

  @Test
  void ranksTheItemsNearestToTheHistory() {
    click("u", "at40");

    Recommendations answer = ask(request("r", "u", 3));

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(answer.getRequestId()).isEqualTo("r");
    assertThat(answer.getModelId()).isEqualTo(MODEL);
    assertThat(answer.getCertificate()).isEqualTo(Certificate.EXACT);
    assertThat(answer.getHistoryLength()).isOne();
    assertThat(items(answer)).as("unseen").contains("at30", "at50").doesNotContain("at40");
    assertThat(answer.getItems().getFirst().getTitle()).startsWith("Title of at");
  }

  @Test
  void filtersAndOptionsReachTheShards() {
    click("u", "at80");
    RecommendationRequest filtered =
        request("r", "u", 2, new RequestFilters(List.of("left"), List.of("at90")), List.of(), null);

    assertThat(items(ask(filtered))).containsExactly("at100", "at110");
  }

  @Test
  void aUserAboutWhomNothingIsKnownIsAnsweredAtOnceWithPopularItems() {
    click("u", "at40");

    send(request("r", "cold", 1), new RecordHeaders());

    Recommendations answer = read(answers("recommendations").getFirst());
    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.COLD_START);
    assertThat(items(answer)).containsExactly("at40");
    assertThat(output(users, "shard-queries").isEmpty()).isTrue();
  }

  @Test
  void aRequestThatCannotBeAnsweredAsksNobody() {
    send(request("r", "u", 0), new RecordHeaders());
    send(
        request("s", "u", 1, new RequestFilters(List.of(), List.of()), List.of(), NOW),
        new RecordHeaders());

    List<TestRecord<byte[], byte[]>> answers = answers("recommendations");
    assertThat(read(answers.get(0)).getStatus()).isEqualTo(RecommendationStatus.INVALID);
    assertThat(read(answers.get(1)).getStatus()).isEqualTo(RecommendationStatus.EXPIRED);
    assertThat(output(users, "shard-queries").isEmpty()).isTrue();
  }

  @Test
  void aListIsMadeDiverseOfAllShardsCandidates() {
    click("u", "at0");

    // The pool of 2 items has the 8 nearest: at10 to at80.
    Recommendations answer = ask(withOption(request("r", "u", 2), "diversity", "1"));

    assertThat(items(answer)).containsExactly("at10", "at80");
    assertThat(answer.getCertificate()).isEqualTo(Certificate.NONE);
    assertThat(answer.getGapBound()).isNull();
  }

  @Test
  void shardsExplainTheirItemsByTheUsersHistory() {
    click("u", "at90");
    click("u", "at20");

    Recommendations answer = ask(withOption(request("r", "u", 15), "explain", "true"));

    // Between both, at55; without at20 the query is at90, without at90 it is at20.
    RecommendedItem item =
        answer.getItems().stream().filter(i -> i.getItemId().equals("at50")).findFirst().get();
    assertThat(item.getExplanation()).startsWith("Because of Title of at20");
    assertThat(item.getContributions().getHistory())
        .extracting(HistoryPull::getItemId)
        .containsExactly("at20", "at90");
    assertThat(answer.getItems().subList(0, 10))
        .allSatisfy(first -> assertThat(first.getExplanation()).isNotNull());
    assertThat(answer.getItems().subList(10, 15))
        .allSatisfy(
            other -> {
              assertThat(other.getExplanation()).isNull();
              assertThat(other.getContributions()).isNull();
            });
  }

  @Test
  void aDiverseListIsExplained() {
    click("u", "at0");
    RecommendationRequest request =
        RecommendationRequest.newBuilder(request("r", "cold", 2))
            .setSimilarTo("at0")
            .setOptions(Map.of("diversity", "1", "explain", "true"))
            .build();

    Recommendations answer = ask(request);

    assertThat(items(answer)).containsExactly("at10", "at80");
    assertThat(answer.getItems())
        .extracting(RecommendedItem::getExplanation)
        .containsOnly("Like Title of at0");
  }

  @ParameterizedTest
  @CsvSource({"diversity, 0", "explain, false", "recall, 0.9", "budget.millis, 60000"})
  void otherOptionsAreAnswered(String option, String value) {
    click("u", "at40");

    Recommendations answer = ask(withOption(request("r", "u", 3), option, value));

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(answer.getItems()).hasSize(3);
  }

  @Test
  void findsItemsLikeOneWhereverTheyAre() {
    RecommendationRequest like40 =
        RecommendationRequest.newBuilder(request("r", "cold", 2)).setSimilarTo("at40").build();
    RecommendationRequest likeNothing =
        RecommendationRequest.newBuilder(like40).setSimilarTo("unknown").build();

    Recommendations answer = ask(like40);
    Recommendations refused = ask(likeNothing);

    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(items(answer)).containsExactlyInAnyOrder("at30", "at50");
    assertThat(answer.getHistoryLength()).isZero();
    assertThat(refused.getStatus()).isEqualTo(RecommendationStatus.INVALID);
    assertThat(refused.getReason()).contains("similarTo is 'unknown'");
  }

  @Test
  void headersReplyTopicAndJsonSurviveTheWayThroughTheShards() {
    click("u", "at40");
    Headers headers = new RecordHeaders();
    headers.add("content-type", "application/json".getBytes(UTF_8));
    headers.add("correlation", "c-1".getBytes(UTF_8));
    headers.add(ReplyTopics.HEADER, "replies".getBytes(UTF_8));
    input(users, "recommendation-requests")
        .pipeInput(
            new TestRecord<>(
                "u".getBytes(UTF_8),
                "{\"requestId\":\"r\",\"userId\":\"u\",\"k\":1}".getBytes(UTF_8),
                headers,
                NOW));
    carry();

    TestRecord<byte[], byte[]> answer = answers("replies").getFirst();
    assertThat(header(answer.headers(), "correlation")).isEqualTo("c-1");
    assertThat(answer.key()).isEqualTo("u".getBytes(UTF_8));
    Recommendations read = AvroJson.read(answer.value(), Recommendations.class);
    assertThat(read.getStatus()).isEqualTo(RecommendationStatus.OK);
    assertThat(read.getItems()).hasSize(1);
  }

  @Test
  void withoutTheShardsTheAnswerIsPartialWhenTimeIsUp() {
    click("u", "at40");
    send(request("r", "u", 3), new RecordHeaders());

    users.advanceWallClockTime(PATIENCE);

    Recommendations answer = read(answers("recommendations").getFirst());
    assertThat(answer.getStatus()).isEqualTo(RecommendationStatus.PARTIAL);
    assertThat(answer.getMissingShards()).containsExactly(0);
    assertThat(answer.getReason()).contains("[0]");
    assertThat(answer.getHistoryLength()).isOne();
    carry();
    assertThat(answers("recommendations")).as("the late answer makes none").isEmpty();
  }

  @Test
  void anItemThatIsGoneIsUnknownInHistoriesAndInLists() {
    click("u", "at40");
    click("u", "at50");
    pipeItem("at50", null);
    pipeItem("at30", null);

    Recommendations answer = ask(request("r", "u", 2));

    assertThat(answer.getHistoryLength()).isOne();
    assertThat(items(answer)).doesNotContain("at30", "at50");
  }

  private static RecommendationRequest withOption(
      RecommendationRequest request, String option, String value) {
    return RecommendationRequest.newBuilder(request).setOptions(Map.of(option, value)).build();
  }

  private Topology factsTopology(FakeModel model) {
    return new Topology()
        .addGlobalStore(
            StoredFacts.storeBuilder(),
            "embeddings",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            "item-embeddings",
            "facts",
            () ->
                new FactsProcessor(
                    MODEL,
                    model.manifest().shape(),
                    WireFormat.singleObject(),
                    new IndexProgress()));
  }

  private void item(String itemId, double degrees, String... categories) {
    pipeItem(itemId, Embeddings.bytes(MODEL, itemId, degrees, categories));
  }

  private void pipeItem(String itemId, byte @Nullable [] embedding) {
    byte[] key = (MODEL + "/" + itemId).getBytes(UTF_8);
    input(facts, "item-embeddings").pipeInput(key, embedding, NOW);
    input(shard, "item-embeddings").pipeInput(key, embedding, NOW);
  }

  private void click(String userId, String itemId) {
    input(users, "user-events")
        .pipeInput(
            userId.getBytes(UTF_8),
            write(StreamFixture.event("event-" + itemId, userId, itemId, NOW)),
            NOW);
  }

  private Recommendations ask(RecommendationRequest request) {
    send(request, new RecordHeaders());
    carry();
    return read(answers("recommendations").getFirst());
  }

  private void send(RecommendationRequest request, Headers headers) {
    input(users, "recommendation-requests")
        .pipeInput(
            new TestRecord<>(request.getUserId().getBytes(UTF_8), write(request), headers, NOW));
  }

  /** Queries to the shard and its answers back. */
  private void carry() {
    output(users, "shard-queries")
        .readRecordsToList()
        .forEach(query -> input(shard, "shard-queries").pipeInput(query));
    output(shard, "shard-answers")
        .readRecordsToList()
        .forEach(answer -> input(users, "shard-answers").pipeInput(answer));
  }

  private List<TestRecord<byte[], byte[]>> answers(String topic) {
    return output(users, topic).readRecordsToList();
  }

  private static TestInputTopic<byte[], byte[]> input(TopologyTestDriver driver, String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static TestOutputTopic<byte[], byte[]> output(TopologyTestDriver driver, String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private TopologyTestDriver driver(String name, Topology topology) {
    DeadLetters letters =
        DeadLetters.to(
            "dead-letters",
            registry,
            () ->
                new MockProducer<>(
                    true, null, new ByteArraySerializer(), new ByteArraySerializer()));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreMemory.class);
    properties.putAll(letters.streamsSettings());
    return new TopologyTestDriver(topology, properties, NOW);
  }
}
