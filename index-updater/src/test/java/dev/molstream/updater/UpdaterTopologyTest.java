package dev.molstream.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.model.FeatureSpec;
import dev.molstream.model.ModelManifest;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.service.DeadLetters;
import dev.molstream.service.StreamsService;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdaterTopologyTest {
  private static final int BATCH_SIZE = 3;
  private static final Duration BATCH_WAIT = Duration.ofMillis(5);
  private static final ModelManifest MODEL =
      new ModelManifest(
          "m1",
          Instant.EPOCH,
          "sasrec",
          "mol",
          new MolShape(1, 1, 2, 2, 1, 0.05f),
          1,
          new FeatureSpec(16, 4, 2),
          Map.of());

  @TempDir Path state;

  private final FakeItemTower tower = new FakeItemTower();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private TopologyTestDriver driver;
  private TestInputTopic<@Nullable String, @Nullable ItemUpdate> updates;
  private TestOutputTopic<String, @Nullable ItemEmbedding> embeddings;
  private TestOutputTopic<byte[], byte[]> deadLetters;

  @BeforeEach
  void start() {
    IndexUpdaterConfig config =
        IndexUpdaterConfig.of(
            Map.of(
                "bootstrap.servers",
                "none:1",
                "model.bundle",
                "none",
                "topic.prefix",
                "p.",
                "state.dir",
                state.toString(),
                "batch.size",
                Integer.toString(BATCH_SIZE),
                "batch.wait.ms",
                Long.toString(BATCH_WAIT.toMillis())));
    Properties settings = new Properties();
    settings.putAll(
        StreamsService.settings(
            config.service(), DeadLetters.to("p.dead-letters", registry, MockProducer::new)));
    driver =
        new TopologyTestDriver(
            UpdaterTopology.of(config, MODEL, tower, registry), settings, Instant.EPOCH);
    updates =
        driver.createInputTopic(
            "p.item-updates", new StringSerializer(), AvroSerde.of(ItemUpdate.class).serializer());
    embeddings =
        driver.createOutputTopic(
            "p.item-embeddings",
            new StringDeserializer(),
            AvroSerde.of(ItemEmbedding.class).deserializer());
    deadLetters =
        driver.createOutputTopic(
            "p.dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void embedsAnItemWhenItsTimeIsUp() {
    // given
    ItemUpdate update =
        item("heat", "Heat (1995)")
            .setCategories(List.of("Crime"))
            .setAttributes(Map.of("year", "1995"))
            .setContentEmbedding(List.of(0.5f, -1f))
            .setAvailable(false)
            .setTimestamp(Instant.ofEpochMilli(40))
            .build();

    // when
    updates.pipeInput("other", item("other", "x").build(), 41);
    updates.pipeInput("heat", update, 42);
    assertThat(embeddings.isEmpty()).isTrue();
    passBatchWait();

    // then
    assertThat(embeddings.readRecord().key()).isEqualTo("m1/other");
    TestRecord<String, @Nullable ItemEmbedding> record = embeddings.readRecord();
    assertThat(record.key()).isEqualTo("m1/heat");
    assertThat(record.timestamp()).isEqualTo(42);
    assertThat(record.headers()).isEmpty();
    assertThat(record.value())
        .isEqualTo(
            ItemEmbedding.newBuilder()
                .setModelId("m1")
                .setItemId("heat")
                .setTitle("Heat (1995)")
                .setCategories(List.of("Crime"))
                .setAttributes(Map.of("year", "1995"))
                .setAvailable(false)
                .setBase(PackedFloats.pack(11))
                .setComponents(PackedFloats.pack(1, 0))
                .setGate(PackedFloats.pack(2, 3))
                .setSourcePartition(0)
                .setSourceOffset(1)
                .setTimestamp(Instant.ofEpochMilli(40))
                .build());
    assertThat(tower.batches.getFirst().get(1).contentEmbedding()).containsExactly(0.5f, -1f);
    assertThat(pending().approximateNumEntries()).isZero();
  }

  @Test
  void embedsAFullBatchAtOnce() {
    IntStream.range(0, BATCH_SIZE + 1).forEach(i -> update("i" + i, "t"));

    assertThat(tower.embeddedIds()).containsExactly(List.of("i0", "i1", "i2"));
    assertThat(embeddings.readKeyValuesToList())
        .extracting(record -> record.key)
        .containsExactly("m1/i0", "m1/i1", "m1/i2");
    assertThat(pending().get("i3")).isNotNull();
    assertThat(counted("embedded")).isEqualTo(BATCH_SIZE);
  }

  @Test
  void embedsOnlyTheLastOfSeveralUpdatesInABatch() {
    update("a", "old");
    update("a", "newest");
    passBatchWait();

    assertThat(tower.embeddedIds()).containsExactly(List.of("a"));
    assertThat(embeddings.readValuesToList())
        .singleElement()
        .satisfies(embedding -> assertThat(embedding.getSourceOffset()).isEqualTo(1));
  }

  @Test
  void passesADeletionOnAtOnceAndNeverBringsTheItemBack() {
    // given
    update("a", "waiting when it is deleted");
    update("b", "other");

    // when
    updates.pipeInput("a", null, 43);
    TestRecord<String, @Nullable ItemEmbedding> deletion = embeddings.readRecord();
    passBatchWait();

    // then
    assertThat(deletion.key()).isEqualTo("m1/a");
    assertThat(deletion.value()).isNull();
    assertThat(deletion.timestamp()).isEqualTo(43);
    assertThat(embeddings.readKeyValuesToList())
        .extracting(record -> record.key)
        .containsExactly("m1/b");
    assertThat(counted("deleted")).isEqualTo(1);
  }

  @Test
  void keepsTheOrderOfUpdateDeletionAndUpdate() {
    update("a", "1");
    passBatchWait();
    updates.pipeInput("a", null);
    update("a", "22");
    passBatchWait();

    assertThat(embeddings.readValuesToList())
        .extracting(e -> e == null ? "deleted" : e.getTitle())
        .containsExactly("1", "deleted", "22");
  }

  @Test
  void readsJsonAndWritesAvro() {
    Headers json = new RecordHeaders().add("content-type", bytes("application/json"));
    raw()
        .pipeInput(
            new TestRecord<>(bytes("a"), bytes("{\"itemId\":\"a\",\"title\":\"Alien\"}"), json));
    passBatchWait();

    assertThat(embeddings.readValue().getTitle()).isEqualTo("Alien");
  }

  @Test
  void takesTheItemFromTheValueWhenTheKeyIsNull() {
    updates.pipeInput(null, item("a", "t").build());
    passBatchWait();

    assertThat(embeddings.readRecord().key()).isEqualTo("m1/a");
  }

  @Test
  void keepsAsideWhatItCannotUseAndEmbedsTheNext() {
    // when
    updates.pipeInput("a", item("b", "t").build());
    updates.pipeInput("", item("", "t").build());
    updates.pipeInput("a".repeat(257), null);
    updates.pipeInput("a", item("a", "t").setContentEmbedding(List.of(1f)).build());
    updates.pipeInput("a", item("a", "t").setContentEmbedding(List.of(1f, Float.NaN)).build());
    updates.pipeInput("a", item("a", "t").setContentEmbedding(List.of(1f, 2e6f)).build());
    raw().pipeInput(bytes("a"), bytes("neither Avro nor JSON"));
    update("good", "t");
    passBatchWait();

    // then
    assertThat(deadLetters.readRecordsToList())
        .extracting(letter -> header(letter, DeadLetters.REASON_HEADER))
        .containsExactly(
            "KEY_MISMATCH",
            "INVALID_ID",
            "INVALID_ID",
            "INVALID_VECTOR",
            "INVALID_VECTOR",
            "INVALID_VECTOR",
            "UNREADABLE");
    assertThat(embeddings.readKeyValuesToList())
        .extracting(record -> record.key)
        .containsExactly("m1/good");
  }

  @Test
  void sendsADeadLetterAsItCame() {
    byte[] corrupt = bytes("neither Avro nor JSON");
    raw().pipeInput(bytes("a"), corrupt);

    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo(bytes("a"));
    assertThat(letter.value()).isEqualTo(corrupt);
    assertThat(header(letter, DeadLetters.TOPIC_HEADER)).isEqualTo("p.item-updates");
    assertThat(header(letter, DeadLetters.OFFSET_HEADER)).isEqualTo("0");
    assertThat(header(letter, DeadLetters.ERROR_HEADER)).contains("ItemUpdate");
  }

  @Test
  void stopsLoudlyWhenTheTowerThrows() {
    update("a", FakeItemTower.THROW);

    assertThatThrownBy(this::passBatchWait).hasRootCauseMessage("the tower fell");
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void stopsLoudlyRatherThanPublishVectorsThatAreNotNumbers() {
    update("a", FakeItemTower.NOT_A_NUMBER);

    assertThatThrownBy(this::passBatchWait)
        .hasRootCauseMessage("item tower of m1 answered item 'a' with NaN: the model is broken");
    assertThat(embeddings.isEmpty()).isTrue();
  }

  private void update(String itemId, String title) {
    updates.pipeInput(itemId, item(itemId, title).build());
  }

  private void passBatchWait() {
    driver.advanceWallClockTime(BATCH_WAIT);
  }

  private TestInputTopic<byte[], byte[]> raw() {
    return driver.createInputTopic(
        "p.item-updates", new ByteArraySerializer(), new ByteArraySerializer());
  }

  private KeyValueStore<String, PendingItem> pending() {
    return driver.getKeyValueStore(EmbedItems.PENDING_STORE);
  }

  private double counted(String kind) {
    return registry.counter("molstream.embeddings", "kind", kind).count();
  }

  private static ItemUpdate.Builder item(String itemId, String title) {
    return ItemUpdate.newBuilder().setItemId(itemId).setTitle(title);
  }

  private static String header(TestRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
