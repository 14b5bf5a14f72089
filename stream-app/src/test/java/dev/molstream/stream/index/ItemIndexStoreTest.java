package dev.molstream.stream.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemIndexStoreTest {
  private static final MolShape SHAPE = new MolShape(1, 1, 1, 1, 1, 1f);
  private static final TopicPartition FIRST = new TopicPartition("item-embeddings", 0);
  private static final TopicPartition SECOND = new TopicPartition("item-embeddings", 1);

  @TempDir Path directory;

  @Test
  void aCleanRestartIsWarm() {
    ItemIndexStore store = open("a");
    put(store, "item");
    store.commit(Map.of(FIRST, 5L, SECOND, 7L));
    store.close();

    ItemIndexStore restarted = open("a");

    assertThat(restarted.committedOffset(FIRST)).isEqualTo(5);
    assertThat(restarted.committedOffset(SECOND)).isEqualTo(7);
    assertThat(restarted.index().title("item")).isEqualTo("title");
    restarted.close();
  }

  @Test
  void afterACrashTheOffsetsAreNotAheadOfTheItems() throws IOException {
    ItemIndexStore store = open("a");
    put(store, "before");
    store.commit(Map.of(FIRST, 5L));
    put(store, "after");
    copy(directory.resolve("a"), directory.resolve("b")); // as a killed process leaves it
    store.close();

    ItemIndexStore restarted = open("b");

    assertThat(restarted.committedOffset(FIRST)).isIn(5L, null);
    assertThat(restarted.committedOffset(FIRST) == null || restarted.index().size() >= 1).isTrue();
    assertThat(restarted.index().title("before")).isEqualTo("title");
    restarted.close();
  }

  @Test
  void anEmptyCommitForgetsTheOffsets() {
    ItemIndexStore store = open("a");
    store.commit(Map.of(FIRST, 5L));

    store.commit(Map.of());

    assertThat(store.committedOffset(FIRST)).isNull();
    store.close();
  }

  @Test
  void isOpenBetweenInitAndClose() {
    ItemIndexStore store = open("a");
    assertThat(store.isOpen()).isTrue();

    store.close();
    store.close();

    assertThat(store.isOpen()).isFalse();
    assertThatThrownBy(store::index).isInstanceOf(IllegalStateException.class);
  }

  private ItemIndexStore open(String name) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    StateStoreContext context =
        new MockProcessorContext<Void, Void>(
                properties, new TaskId(-1, -1), directory.resolve(name).toFile())
            .getStateStoreContext();
    GatingNetwork gating =
        GatingNetwork.of(SHAPE, new float[1], new float[1], new float[1], new float[1]);
    ItemIndexStore store =
        new ItemIndexStore(
            at -> ItemIndex.open(new IndexSettings(at, "model", SHAPE, gating, 100)),
            "model",
            new SimpleMeterRegistry());
    store.init(context, store);
    return store;
  }

  private static void put(ItemIndexStore store, String itemId) {
    float[] one = {1};
    store.index().upsert(new MolItem(itemId, "title", List.of(), true, one, one, one));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
