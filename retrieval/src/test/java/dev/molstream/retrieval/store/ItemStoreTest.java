package dev.molstream.retrieval.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.VectorFormat;
import dev.molstream.retrieval.record.CorruptRecordException;
import dev.molstream.retrieval.record.NativeMemory;
import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.record.Records;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class ItemStoreTest {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");

  private final RandomGenerator random = new SplittableRandom(5);
  private final MolShape shape = Examples.shape(2, 3, 4, 6);
  @TempDir private Path directory;

  private IndexSettings settings(String modelId, MolShape shape) {
    return new IndexSettings(directory, modelId, shape, Examples.gating(shape, random, 1), 100);
  }

  private IndexSettings settings(VectorFormat format) {
    return new IndexSettings(
        directory, "m1", shape, Examples.gating(shape, random, 1), 100, format);
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

  @Test
  @EnabledIf("showsMappings")
  void doesNotReadAheadInItsFiles() throws IOException {
    for (String opened : List.of("as a new one", "as it was left")) {
      try (ItemStore store = open()) {
        // when
        store.put(Examples.item(shape, random, "item"));

        // then
        assertThat(flagsOfMappedFiles())
            .as("mappings of a store opened %s", opened)
            .isNotEmpty()
            .allSatisfy(flags -> assertThat(flags).contains("rr"));
      }
    }
  }

  static boolean showsMappings() {
    return Files.isReadable(MAPPINGS);
  }

  /** The kernel's two-letter flags of each mapping of a file of the store. */
  private List<List<String>> flagsOfMappedFiles() throws IOException {
    List<List<String>> flags = new ArrayList<>();
    boolean own = false;
    for (String line : Files.readAllLines(MAPPINGS)) {
      if (line.startsWith("VmFlags: ")) {
        if (own) {
          flags.add(List.of(line.split(" +")));
        }
        own = false;
      } else {
        own = own || line.contains(directory.toString());
      }
    }
    return flags;
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
  void startsEmptyForAnotherVectorFormat() {
    // given
    leaveItem();

    // when
    try (ItemStore store = ItemStore.open(settings(VectorFormat.BFLOAT16))) {
      // then
      assertThat(items(store)).isEmpty();
      assertThat(store.storedOffsets()).isEmpty();
    }
  }

  @Test
  void keepsVectorsInHalfTheMemory() {
    // given
    MolItem item = Examples.item(shape, random, "item", List.of("Drama"), true);
    long singleBytes;
    try (ItemStore store = open()) {
      store.put(item);
      singleBytes = store.retainedBytes();
    }
    IndexSettings half = settings(VectorFormat.BFLOAT16);
    try (ItemStore store = ItemStore.open(half)) {
      store.put(item);
      int numbers = item.base().length + item.components().length + item.gate().length;
      assertThat(store.retainedBytes()).isEqualTo(singleBytes - 2 * numbers);
    }

    // when
    try (ItemStore store = ItemStore.open(half)) {
      // then
      ByteBuffer expected = Records.bytes(new RecordLayout(shape, VectorFormat.BFLOAT16), item);
      assertThat(items(store)).isEqualTo(Map.of("item", expected));
      assertThat(store.retainedBytes()).isEqualTo(singleBytes - 2 * (5 + 12 + 6));
    }
  }

  @Test
  void startsEmptyForAnEarlierLayout() throws IOException {
    // given
    Files.writeString(directory.resolve("items-7.map"), "records of another layout");
    Files.writeString(directory.resolve("offsets.properties"), "0=17\n");
    Files.writeString(directory.resolve("closed-cleanly"), "");
    Files.writeString(
        directory.resolve("manifest.properties"),
        """
        layoutVersion=1
        modelId=m1
        baseDimension=5
        queryComponents=2
        itemComponents=3
        componentDimension=4
        gateHidden=6
        temperature=0.05
        generation=7
        capacity=100
        valueBytes=172
        boot=any
        """);

    // when
    try (ItemStore store = open()) {
      // then
      assertThat(items(store)).isEmpty();
      assertThat(store.storedOffsets()).isEmpty();
    }
    assertThat(directory.resolve("items-7.map")).doesNotExist();
  }

  @Test
  void deletesAMapFileThatACrashLeftUnlisted() throws IOException {
    // given
    leaveItem();
    Path unlisted = Files.writeString(directory.resolve("items-2.map"), "half a map");

    // when
    try (ItemStore store = open()) {
      // then
      assertThat(items(store)).containsOnlyKeys("item");
    }
    assertThat(unlisted).doesNotExist();
  }

  @Test
  void saysWhichRecordIsDamaged() {
    // given
    try (ItemStore store = open()) {
      NativeMemory.ALL.set(
          ValueLayout.JAVA_BYTE, store.put(Examples.item(shape, random, "item")), (byte) 0);
    }

    // when
    try (ItemStore store = open()) {
      // then
      assertThatExceptionOfType(CorruptRecordException.class)
          .isThrownBy(() -> items(store))
          .withMessageContaining("the record of item item is damaged");
      store.clear();
      assertThat(items(store)).isEmpty();
    }
  }

  @Test
  void handsOutWhereARecordLies() {
    try (ItemStore store = open()) {
      // when
      MolItem item = Examples.item(shape, random, "ärger");
      long address = store.put(item);
      store.put(Examples.item(shape, random, "other"));

      // then
      assertThat(store.addressOf("ärger")).isEqualTo(address).isNotZero();
      assertThat(Records.copy(address, store.layout().length(address))).isEqualTo(record(item));
      assertThat(store.addressOf("another")).isZero();
      assertThat(store.remove("another")).isFalse();
      assertThat(store.remove("ärger")).isTrue();
      assertThat(store.addressOf("ärger")).isZero();
    }
  }

  @Test
  void aRecordRemainsReadableAfterAClear() throws IOException {
    // given
    try (ItemStore store = open()) {
      MolItem item = Examples.item(shape, random, "item");
      long address = store.put(item);

      // when
      store.clear();
      for (int i = 0; i < 2_000; i++) {
        store.put(Examples.item(shape, random, "item " + i));
      }

      // then
      assertThat(Records.copy(address, store.layout().length(address))).isEqualTo(record(item));
      assertThat(store.addressOf("item")).isZero();
    }
    try (ItemStore store = open()) {
      assertThat(items(store)).hasSize(2_000);
    }
    assertThat(directory.resolve("items-1.map")).doesNotExist();
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
        .isThrownBy(() -> store.addressOf("item"))
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

  private Map<String, ByteBuffer> items(ItemStore store) {
    return StoredRecords.of(store);
  }

  private ByteBuffer record(MolItem item) {
    return Records.bytes(new RecordLayout(shape, VectorFormat.FLOAT32), item);
  }
}
