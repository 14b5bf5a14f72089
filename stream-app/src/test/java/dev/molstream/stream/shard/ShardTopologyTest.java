package dev.molstream.stream.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.QueryWithoutEvent;
import dev.molstream.schemas.ShardAnswer;
import dev.molstream.schemas.ShardItem;
import dev.molstream.schemas.ShardQuery;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.DeadLetters;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.stream.Embeddings;
import dev.molstream.stream.FakeModel;
import dev.molstream.stream.request.SearchPlan;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardTopologyTest {
  private static final String MODEL = "model";
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir Path directory;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final ShardProgress progress = new ShardProgress();
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> embeddings;
  private TestInputTopic<String, byte[]> queries;
  private TestOutputTopic<byte[], byte[]> answers;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  @BeforeEach
  void start() {
    DeadLetters letters =
        DeadLetters.to(
            "dead-letters",
            registry,
            () ->
                new MockProducer<>(
                    true, null, new ByteArraySerializer(), new ByteArraySerializer()));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.putAll(letters.streamsSettings());
    FakeModel model = new FakeModel(MODEL);
    driver =
        new TopologyTestDriver(
            ShardTopology.of(
                TopicCatalogue.of(""),
                model.manifest(),
                WireFormat.singleObject(),
                new SearchPlan(SearchPlan.Mode.EXACT, 1, 1),
                model::openIndex,
                new OpenShards(),
                progress,
                registry),
            properties,
            NOW);
    embeddings = input("item-embeddings");
    queries = input("shard-queries");
    answers = output("shard-answers");
    deadLetters = output("dead-letters");
    for (int degrees = 0; degrees < 180; degrees += 10) {
      item("at" + degrees, degrees, degrees < 90 ? "right" : "left");
    }
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void answersWithItsBestItemsAndWhatIsProven() {
    ask(query(40, 3));

    ShardAnswer answer = onlyAnswer();
    assertThat(answer.getGatherId()).isEqualTo("g");
    assertThat(answer.getAttempt()).isEqualTo(5);
    assertThat(answer.getShard()).isZero();
    assertThat(ids(answer)).first().isEqualTo("at40");
    assertThat(ids(answer)).containsExactlyInAnyOrder("at40", "at30", "at50");
    assertThat(answer.getItems().getFirst().getTitle()).isEqualTo("Title of at40");
    assertThat(answer.getGapBound()).isZero();
  }

  @Test
  void filtersInsideTheSearch() {
    ask(
        ShardQuery.newBuilder(query(80, 2))
            .setExcludeItems(List.of("at90"))
            .setCategories(List.of("left"))
            .build());

    assertThat(ids(onlyAnswer())).containsExactly("at100", "at110");
  }

  @Test
  void anUpdateAndADeletionAreInTheNextAnswer() {
    item("new", 41);
    embeddings.pipeInput(MODEL + "/at40", (byte[]) null);

    ask(query(40, 1));

    assertThat(ids(onlyAnswer())).containsExactly("new");
    assertThat(MolstreamMetric.INDEX_CHANGES.counter(registry, "delete").count()).isOne();
  }

  @Test
  void itemsOfOtherModelsAreNotItsOwn() {
    embeddings.pipeInput("other/near", Embeddings.bytes("other", "near", 40.5));

    ask(query(40.5, 1));

    assertThat(ids(onlyAnswer())).isNotEqualTo(List.of("near"));
  }

  @Test
  void passesOverQueriesForOtherModels() {
    ask(ShardQuery.newBuilder(query(40, 1)).setModelId("other").build());

    assertThat(answers.isEmpty()).isTrue();
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void doesNotSearchForAGatheringThatIsOver() {
    ask(ShardQuery.newBuilder(query(40, 1)).setDeadline(NOW).build());

    assertThat(answers.isEmpty()).isTrue();
    assertThat(MolstreamMetric.SHARD_SEARCHES.counter(registry, "expired").count()).isOne();
  }

  @Test
  void theRequestsOwnChoiceOfAlgorithmCounts() {
    ask(
        ShardQuery.newBuilder(query(40, 1))
            .setOptions(Map.of("algorithm", "averaged", "candidates", "1"))
            .build());

    assertThat(ids(onlyAnswer())).hasSize(1);
  }

  @Test
  void poisonGoesToDeadLettersAndTheShardGoesOn() {
    embeddings.pipeInput(MODEL + "/bad", "no embedding".getBytes(UTF_8));
    embeddings.pipeInput("no slash", Embeddings.bytes(MODEL, "a", 0));
    queries.pipeInput((String) null, "no query".getBytes(UTF_8));
    ask(ShardQuery.newBuilder(query(40, 1)).setGate(PackedFloats.pack(1, 2, 3)).build());
    ask(ShardQuery.newBuilder(query(40, 1)).setK(0).build());
    ask(ShardQuery.newBuilder(query(40, 1)).setItemComponents(7).build());
    ask(ShardQuery.newBuilder(query(40, 1)).setExplained(-1).build());
    ask(
        ShardQuery.newBuilder(query(40, 1))
            .setWithoutEvent(
                List.of(new QueryWithoutEvent("a", "", direction(0), PackedFloats.pack(1, 2))))
            .build());

    ask(query(40, 1));

    assertThat(deadLetters.readRecordsToList()).hasSize(8);
    assertThat(ids(onlyAnswer())).containsExactly("at40");
  }

  @Test
  void isReadingUntilItIsAskedOrNothingComesForASecond() {
    assertThat(progress.reading()).containsExactly(0);
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(progress.reading()).as("items came in that second").containsExactly(0);

    driver.advanceWallClockTime(Duration.ofSeconds(1));

    assertThat(progress.reading()).isEmpty();
  }

  private void item(String itemId, double degrees, String... categories) {
    embeddings.pipeInput(
        MODEL + "/" + itemId, Embeddings.bytes(MODEL, itemId, degrees, categories));
  }

  private static ShardQuery query(double degrees, int k) {
    return new ShardQuery(
        "g",
        5L,
        0,
        MODEL,
        k,
        direction(degrees),
        PackedFloats.pack(0),
        List.of(),
        List.of(),
        Map.of(),
        0,
        0,
        null,
        List.of(),
        NOW.plusMillis(1));
  }

  private static ByteBuffer direction(double degrees) {
    return Embeddings.of(MODEL, "any", degrees).getComponents();
  }

  private void ask(ShardQuery query) {
    queries.pipeInput(
        (String) null, AvroSerde.of(ShardQuery.class).serializer().serialize("", query));
  }

  private ShardAnswer onlyAnswer() {
    List<byte[]> values = answers.readValuesToList();
    assertThat(values).hasSize(1);
    return AvroSerde.of(ShardAnswer.class).deserializer().deserialize("", values.getFirst());
  }

  private static List<String> ids(ShardAnswer answer) {
    return answer.getItems().stream().map(ShardItem::getItemId).toList();
  }

  private TestInputTopic<String, byte[]> input(String topic) {
    return driver.createInputTopic(
        topic, new StringSerializer(), new ByteArraySerializer(), NOW, Duration.ZERO);
  }

  private TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
