package dev.molstream.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.ReadyVectors;
import dev.molstream.schemas.WireFormat;
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
            UpdaterTopology.of(
                config, FakeItemTower.MODEL, tower, WireFormat.singleObject(), registry),
            settings,
            Instant.EPOCH);
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
  void takesReadyVectorsAsTheyAreAndRunsTheTowerForTheOthersOnly() {
    // when
    update("a", "t");
    updates.pipeInput("ready", ready(List.of(9f), List.of(0.6f, 0.8f, 0f, -1f), List.of(5f, 6f)));
    update("b", "tt");

    // then
    assertThat(tower.embeddedIds()).containsExactly(List.of("a", "b"));
    List<ItemEmbedding> embedded = embeddings.readValuesToList();
    assertThat(embedded)
        .extracting(ItemEmbedding::getItemId, ItemEmbedding::getBase)
        .containsExactly(
            tuple("a", PackedFloats.pack(1)),
            tuple("ready", PackedFloats.pack(9)),
            tuple("b", PackedFloats.pack(2)));
    assertThat(embedded.get(1).getComponents()).isEqualTo(PackedFloats.pack(0.6f, 0.8f, 0, -1));
    assertThat(embedded.get(1).getGate()).isEqualTo(PackedFloats.pack(5, 6));
    assertThat(embedded.get(1).getModelId()).isEqualTo("m1");
  }

  @Test
  void completesABaseVectorThatComesAlone() {
    updates.pipeInput("ready", ready(List.of(4f), null, null));
    passBatchWait();

    ItemEmbedding embedded = embeddings.readValue();
    assertThat(embedded.getBase()).isEqualTo(PackedFloats.pack(4));
    assertThat(embedded.getComponents()).isEqualTo(PackedFloats.pack(0, 1, 0, 1));
    assertThat(embedded.getGate()).isEqualTo(PackedFloats.pack(16, 20));
    assertThat(tower.batches).isEmpty();
  }

  @Test
  void keepsAsideReadyVectorsThatAreNoneAndSaysWhy() {
    List<Float> base = List.of(1f);
    List<Float> units = List.of(1f, 0f, 0f, 1f);
    List<Float> gate = List.of(0f, 0f);
    assertRefused("vectors.base has 2 numbers: the model reads 1", gate, units, gate);
    assertRefused("vectors.base is all 0: valid is a vector", List.of(0f), units, gate);
    assertRefused("vectors.base[0] is NaN: valid are numbers", List.of(Float.NaN), units, gate);
    assertRefused("vectors.components has 2 numbers: the model reads 4", base, gate, gate);
    assertRefused(
        "vectors.components: component 1 has length 0.0000, valid is 1 within 0.001",
        base,
        List.of(1f, 0f, 0f, 0f),
        gate);
    assertRefused("vectors.gate has 1 numbers: the model reads 2", base, units, base);
    assertRefused("vectors has components without gate, valid are both", base, units, null);
    assertRefused("vectors has gate without components, valid are both", base, null, gate);
    assertRefused(
        "vectors.base makes no item: too large for the tower", List.of(1000f), null, null);

    tower.acceptsBase = false;
    assertRefused(
        "vectors has the base vector alone, model 'm1' needs components and gate with it",
        base,
        null,
        null);
  }

  @Test
  void keepsAsideVectorsMadeForAnotherModel() {
    updates.pipeInput(
        "a", item("a", "t").setVectors(new ReadyVectors(List.of(1f), null, null, "m0")).build());
    updates.pipeInput(
        "b", item("b", "t").setVectors(new ReadyVectors(List.of(1f), null, null, "m1")).build());
    passBatchWait();

    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(header(letter, DeadLetters.REASON_HEADER)).isEqualTo("OTHER_MODEL");
    assertThat(header(letter, DeadLetters.ERROR_HEADER))
        .contains("vectors.modelId is 'm0', valid is the model that embeds, 'm1'");
    assertThat(embeddings.readValue().getItemId()).isEqualTo("b");
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

  private void assertRefused(
      String reason,
      List<Float> base,
      @Nullable List<Float> components,
      @Nullable List<Float> gate) {
    updates.pipeInput("ready", ready(base, components, gate));

    TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
    assertThat(header(letter, DeadLetters.REASON_HEADER)).isEqualTo("INVALID_VECTOR");
    assertThat(header(letter, DeadLetters.ERROR_HEADER)).contains(reason);
    passBatchWait();
    assertThat(embeddings.isEmpty()).isTrue();
  }

  private static ItemUpdate ready(
      List<Float> base, @Nullable List<Float> components, @Nullable List<Float> gate) {
    return item("ready", "t").setVectors(new ReadyVectors(base, components, gate, null)).build();
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
