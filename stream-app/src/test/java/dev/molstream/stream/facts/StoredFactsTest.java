package dev.molstream.stream.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.SearchFilter;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.DeadLetters;
import dev.molstream.stream.Embeddings;
import dev.molstream.stream.FakeModel;
import dev.molstream.stream.index.IndexProgress;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredFactsTest {
  private static final String MODEL = "model";

  @TempDir Path directory;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final MockProducer<byte[], byte[]> deadLetters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> embeddings;
  private StoredFacts facts;

  @BeforeEach
  void start() {
    FakeModel model = new FakeModel(MODEL);
    Topology topology =
        new Topology()
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
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.putAll(
        DeadLetters.to("dead-letters", registry, () -> deadLetters).streamsSettings());
    driver = new TopologyTestDriver(topology, properties);
    embeddings =
        driver.createInputTopic(
            "item-embeddings", new StringSerializer(), new ByteArraySerializer());
    facts = new StoredFacts(driver.getKeyValueStore(StoredFacts.STORE));
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void knowsWhatEncodingAHistoryTakes() {
    item(Embeddings.of(MODEL, "a", 90));

    float[] target = {9, 9, 9, 9};
    assertThat(facts.copyBase("a", target, 1)).isTrue();
    assertThat(target[0]).isEqualTo(9);
    assertThat(target[1]).isCloseTo(0, within(1e-6f));
    assertThat(target[2]).isEqualTo(1);
    assertThat(target[3]).isEqualTo(9);
    assertThat(facts.title("a")).isEqualTo("Title of a");
  }

  @Test
  void knowsNothingOfItemsThatAreNotThere() {
    item(Embeddings.of(MODEL, "a", 0));
    embeddings.pipeInput(MODEL + "/a", (byte[]) null);
    item(Embeddings.of("other", "b", 0));

    for (String itemId : new String[] {"a", "b", "c"}) {
      assertThat(facts.copyBase(itemId, new float[2], 0)).isFalse();
      assertThat(facts.title(itemId)).isNull();
      assertThat(facts.passes(itemId, SearchFilter.NONE)).isFalse();
    }
  }

  @Test
  void filtersAsASearchDoes() {
    item(Embeddings.of(MODEL, "a", 0, "red", "green"));
    item(
        ItemEmbedding.newBuilder(Embeddings.of(MODEL, "gone", 0, "red"))
            .setAvailable(false)
            .build());

    assertThat(facts.passes("a", SearchFilter.NONE)).isTrue();
    assertThat(facts.passes("gone", SearchFilter.NONE)).isFalse();
    assertThat(facts.passes("a", filter(Set.of("a"), Set.of()))).isFalse();
    assertThat(facts.passes("a", filter(Set.of("b"), Set.of("green", "blue")))).isTrue();
    assertThat(facts.passes("a", filter(Set.of(), Set.of("blue")))).isFalse();
    assertThat(facts.passes("a", SearchFilter.NONE.allowingOnly(Set.of("b")))).isFalse();
    assertThat(facts.passes("a", SearchFilter.NONE.withAttributes(Map.of("size", Set.of("L")))))
        .isFalse();
  }

  @Test
  void leavesOutWhatOnlyASearchReads() {
    item(Embeddings.of(MODEL, "a", 0));

    ItemEmbedding stored =
        driver.<String, ItemEmbedding>getKeyValueStore(StoredFacts.STORE).get("a");
    assertThat(stored.getComponents().remaining()).isZero();
    assertThat(stored.getGate().remaining()).isZero();
  }

  @Test
  void anEmbeddingOfAnotherSizeIsADeadLetterAndChangesNothing() {
    item(Embeddings.of(MODEL, "a", 90));
    ItemEmbedding good = Embeddings.of(MODEL, "a", 0);
    item(ItemEmbedding.newBuilder(good).setBase(good.getGate()).build());

    assertThat(deadLetters.history()).hasSize(1);
    float[] base = new float[2];
    assertThat(facts.copyBase("a", base, 0)).isTrue();
    assertThat(base[1]).isEqualTo(1);
  }

  private static SearchFilter filter(Set<String> excluded, Set<String> categories) {
    return new SearchFilter(excluded, categories);
  }

  private void item(ItemEmbedding embedding) {
    embeddings.pipeInput(
        embedding.getModelId() + "/" + embedding.getItemId(),
        AvroSerde.of(ItemEmbedding.class).serializer().serialize("", embedding));
  }
}
