package dev.molstream.stream.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.AvroJson;
import dev.molstream.schemas.WireFormat;
import dev.molstream.stream.Embeddings;
import dev.molstream.stream.FakeModel;
import dev.molstream.stream.index.ItemChange;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardStoreTest {
  private static final String MODEL = "model";
  private static final TopicPartition SECOND = new TopicPartition("item-embeddings", 1);

  @TempDir Path directory;
  private final OpenShards open = new OpenShards();

  @Test
  void restoresWhatTheTopicHoldsOfItsModel() {
    ShardStore store = open();

    store.restore(key("a"), Embeddings.bytes(MODEL, "a", 0));
    store.restore(key("b"), Embeddings.bytes(MODEL, "b", 10));
    store.restore("other/c".getBytes(UTF_8), Embeddings.bytes("other", "c", 20));
    store.restore(key("a"), null);

    assertThat(store.index().title("a")).isNull();
    assertThat(store.index().title("b")).isEqualTo("Title of b");
    assertThat(store.index().size()).isOne();
    store.close();
  }

  @Test
  void passesOverWhatWasSentToDeadLettersBefore() {
    ShardStore store = open();

    store.restore(key("a"), "not an embedding".getBytes(UTF_8));
    store.restore(null, Embeddings.bytes(MODEL, "a", 0));
    store.restore(key("other"), Embeddings.bytes(MODEL, "a", 0));

    assertThat(store.index().size()).isZero();
    store.close();
  }

  @Test
  void restoresJsonTooThoughItsHeaderIsGone() {
    ShardStore store = open();

    store.restore(key("a"), AvroJson.write(Embeddings.of(MODEL, "a", 0)));

    assertThat(store.index().title("a")).isEqualTo("Title of a");
    store.close();
  }

  @Test
  void aCleanRestartIsWarmAndKnowsItsOffset() {
    ShardStore store = open();
    store.restore(key("a"), Embeddings.bytes(MODEL, "a", 0));
    store.commit(Map.of(SECOND, 5L));
    store.close();

    ShardStore restarted = open();

    assertThat(restarted.committedOffset(SECOND)).isEqualTo(5);
    assertThat(restarted.index().title("a")).isEqualTo("Title of a");
    restarted.close();
  }

  @Test
  void anUnknownOffsetIsNotRemembered() {
    ShardStore store = open();
    store.commit(Map.of(SECOND, -4L)); // what Kafka Streams says before it knows
    store.commit(Map.of());

    assertThat(store.committedOffset(SECOND)).isNull();
    store.close();
  }

  @Test
  void itemsWithoutAnOffsetAreForgotten() {
    ShardStore store = open();
    store.restore(key("deleted meanwhile"), Embeddings.bytes(MODEL, "deleted meanwhile", 0));
    store.close();

    ShardStore restarted = open();

    assertThat(restarted.committedOffset(SECOND)).isNull();
    assertThat(restarted.index().size()).isZero();
    restarted.close();
  }

  @Test
  void countsWhatIsOpenAndNothingElse() {
    ShardStore store = open();
    store.restore(key("a"), Embeddings.bytes(MODEL, "a", 0));
    assertThat(open.sum(ItemIndex::size)).isOne();

    store.close();

    assertThat(open.sum(ItemIndex::size)).isZero();
    assertThat(store.isOpen()).isFalse();
  }

  private ShardStore open() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    var context =
        new MockProcessorContext<Void, Void>(
            properties, new TaskId(0, SECOND.partition()), directory.toFile());
    FakeModel model = new FakeModel(MODEL);
    ShardStore store =
        new ShardStore(
            model::openIndex, new ItemChange.Reader(MODEL, WireFormat.singleObject()), open);
    store.init(context.getStateStoreContext(), store);
    return store;
  }

  private static byte[] key(String itemId) {
    return (MODEL + "/" + itemId).getBytes(UTF_8);
  }
}
