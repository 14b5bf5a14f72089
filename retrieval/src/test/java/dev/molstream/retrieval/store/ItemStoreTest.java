package dev.molstream.retrieval.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemStoreTest {
  private final RandomGenerator random = new SplittableRandom(5);
  private final MolShape shape = Examples.shape(2, 3, 4, 6);
  @TempDir private Path directory;

  private IndexSettings settings(String modelId, MolShape shape) {
    return new IndexSettings(directory, modelId, shape, Examples.gating(shape, random, 1), 100);
  }

  private ItemStore open() {
    return ItemStore.open(settings("m1", shape));
  }

  @Test
  void keepsItemsAndOffsetsOverARestart() {
    // given
    MolItem item = Examples.item(shape, random, "ärger", List.of("Drama"), false);
    try (ItemStore store = open()) {
      store.put(Examples.item(shape, random, "ärger"));
      store.put(item);
      store.put(Examples.item(shape, random, "other"));
      store.remove("other");
      store.storeOffsets(Map.of(0, 17L, 3, 1L << 40));
    }

    // when
    try (ItemStore store = open()) {
      // then
      assertThat(items(store)).isEqualTo(Map.of("ärger", record(item)));
      assertThat(store.storedOffsets()).isEqualTo(Map.of(0, 17L, 3, 1L << 40));
    }
  }

  /** The map is made for 100 items; Chronicle Map gives it room for at least 1,024. */
  @Test
  void growsBeyondTheExpectedNumberOfItems() throws IOException {
    // given
    Map<String, ByteBuffer> expected = new TreeMap<>();
    try (ItemStore store = open()) {
      store.storeOffsets(Map.of(0, 5L));

      // when
      for (int i = 0; i < 9_000; i++) {
        MolItem item = Examples.item(shape, random, "item " + i);
        store.put(item);
        expected.put(item.itemId(), record(item));
      }
      assertThat(items(store)).isEqualTo(expected);
    }

    // then
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".map"))).hasSize(1);
    }
    try (ItemStore store = open()) {
      assertThat(items(store)).isEqualTo(expected);
      assertThat(store.storedOffsets()).isEqualTo(Map.of(0, 5L));
    }
  }

  @Test
  void growsWhenRecordsAreLargerThanUsual() {
    try (ItemStore store = open()) {
      List<String> categories = List.of("c".repeat(4_096));
      for (int i = 0; i < 2_000; i++) {
        MolItem item = Examples.item(shape, random, "i".repeat(250) + i, categories, true);
        store.put(item);
      }
      assertThat(items(store)).hasSize(2_000);
    }
  }

  @Test
  void readersGoOnWhileTheMapGrows() throws Exception {
    // given
    AtomicBoolean stop = new AtomicBoolean();
    try (ItemStore store = open();
        ExecutorService reader = Executors.newSingleThreadExecutor()) {
      MolItem item = Examples.item(shape, random, "read");
      store.put(item);
      Future<?> reading =
          reader.submit(
              () -> {
                float[] base = new float[shape.baseDimension()];
                while (!stop.get()) {
                  assertThat(store.copyBase("read", base, 0)).isTrue();
                  assertThat(base).isEqualTo(item.base());
                }
              });

      // when
      try {
        for (int i = 0; i < 5_000; i++) {
          store.put(Examples.item(shape, random, "item " + i));
        }
      } finally {
        stop.set(true);
      }

      // then
      reading.get();
    }
  }

  @Test
  void startsEmptyForAnotherModelOrShape() {
    for (IndexSettings other :
        List.of(
            settings("m2", shape),
            settings("m2", Examples.shape(3, 2, 4, 6)),
            settings("m2", Examples.shape(3, 2, 4, 7)))) {
      // given
      try (ItemStore store = open()) {
        store.put(Examples.item(shape, random, "item"));
        store.storeOffsets(Map.of(0, 17L));
      }

      // when
      try (ItemStore store = ItemStore.open(other)) {
        // then
        assertThat(items(store)).isEmpty();
        assertThat(store.storedOffsets()).isEmpty();
      }
    }
  }

  @Test
  void recoversWhatAKilledProcessLeft() throws IOException {
    // given
    leaveItem();
    Files.delete(directory.resolve("closed-cleanly"));

    // when
    try (ItemStore store = open()) {
      // then
      assertThat(items(store)).containsOnlyKeys("item");
      assertThat(store.storedOffsets()).isEqualTo(Map.of(0, 17L));
    }
  }

  @Test
  void startsEmptyWhenTheMachineWentDown() throws IOException {
    // given
    leaveItem();
    Files.delete(directory.resolve("closed-cleanly"));
    Path manifest = directory.resolve("manifest.properties");
    Files.writeString(manifest, Files.readString(manifest).replaceFirst("boot=.*", "boot=another"));

    // when
    try (ItemStore store = open()) {
      // then
      assertThat(items(store)).isEmpty();
      assertThat(store.storedOffsets()).isEmpty();
    }
  }

  @Test
  void startsEmptyWhenFilesAreDamagedOrGone() throws IOException {
    for (String file : List.of("items-1.map", "manifest.properties")) {
      // given
      leaveItem();
      try (Stream<Path> files = Files.list(directory)) {
        for (Path path : files.toList()) {
          if (path.getFileName().toString().equals(file)) {
            Files.writeString(path, "no such thing");
          }
        }
      }

      // when
      try (ItemStore store = open()) {
        // then
        assertThat(items(store)).isEmpty();
        assertThat(store.storedOffsets()).isEmpty();
      }
      emptyDirectory();
    }
    leaveItem();
    Files.delete(directory.resolve("items-1.map"));
    try (ItemStore store = open()) {
      assertThat(items(store)).isEmpty();
    }
  }

  @Test
  void clearsItemsAndOffsets() {
    // given
    leaveItem();
    try (ItemStore store = open()) {
      // when
      store.clear();

      // then
      assertThat(items(store)).isEmpty();
      assertThat(store.storedOffsets()).isEmpty();
      store.put(Examples.item(shape, random, "later"));
    }
    try (ItemStore store = open()) {
      assertThat(items(store)).containsOnlyKeys("later");
    }
  }

  @Test
  void keepsASecondOneOut() {
    try (ItemStore store = open()) {
      assertThat(items(store)).isEmpty();
      assertThatIllegalStateException()
          .isThrownBy(this::open)
          .withMessage("the index directory %s is in use by another index or process", directory);
    }
    open().close();
  }

  @Test
  void saysWhyADirectoryCannotBeUsed() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    IndexSettings settings =
        Examples.settings(file.resolve("index"), shape, Examples.gating(shape, random, 1));

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> ItemStore.open(settings))
        .withMessageContaining("cannot open the item index in " + settings.directory());
  }

  @Test
  void closesTwiceAndThenRefuses() {
    ItemStore store = open();
    store.close();
    store.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> store.copyBase("item", new float[5], 0))
        .withMessage("the item index is closed");
  }

  private void leaveItem() {
    try (ItemStore store = open()) {
      store.put(Examples.item(shape, random, "item"));
      store.storeOffsets(Map.of(0, 17L));
    }
  }

  private void emptyDirectory() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path path : files.toList()) {
        Files.delete(path);
      }
    }
  }

  /** The records by item id, to be compared at once. */
  private Map<String, ByteBuffer> items(ItemStore store) {
    Map<String, ByteBuffer> items = new TreeMap<>();
    store.forEach(item -> items.put(item.itemId(), record(item)));
    return items;
  }

  private ByteBuffer record(MolItem item) {
    return ByteBuffer.wrap(new RecordLayout(shape).encode(item));
  }
}
