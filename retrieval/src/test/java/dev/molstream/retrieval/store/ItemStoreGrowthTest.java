package dev.molstream.retrieval.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.VectorFormat;
import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.record.Records;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first map takes 1,024 items, the second as many, the third 2,048 and so on. */
class ItemStoreGrowthTest {
  private final RandomGenerator random = new SplittableRandom(5);
  private final MolShape shape = Examples.shape(2, 3, 4, 6);
  private final RecordLayout layout = new RecordLayout(shape, VectorFormat.FLOAT32);
  private final Map<String, ByteBuffer> expected = new TreeMap<>();
  private final Map<String, Long> addresses = new HashMap<>();
  @TempDir private Path directory;

  private IndexSettings settings() {
    return Examples.settings(directory, shape, Examples.gating(shape, random, 1));
  }

  private ItemStore open() {
    return ItemStore.open(settings());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void addsMapsAndMovesNothing(boolean cleanly) throws IOException {
    // given
    try (ItemStore store = open()) {
      store.storeOffsets(Map.of(0, 5L));

      // when
      for (int i = 0; i < 9_000; i++) {
        put(store, Examples.item(shape, random, "item " + i));
      }

      // then
      verify(store);
      addresses.forEach((id, address) -> assertThat(store.addressOf(id)).isEqualTo(address));
    }
    assertThat(manifest().files())
        .extracting(MapFile::capacity)
        .containsExactly(1024L, 1024L, 2048L, 4096L, 8192L);

    // when
    reopenAfter(cleanly);
    try (ItemStore store = open()) {
      // then
      verify(store);
      assertThat(store.storedOffsets()).isEqualTo(Map.of(0, 5L));
      put(store, Examples.item(shape, random, "item 0"));
      put(store, Examples.item(shape, random, "item 8999"));
      put(store, Examples.item(shape, random, "item 9000"));
      for (int i = 0; i < 9_000; i += 7) {
        assertThat(store.remove("item " + i)).isTrue();
        expected.remove("item " + i);
      }
      verify(store);
    }
  }

  @Test
  void readersGoOnAtTheirAddressesMeanwhile() throws Exception {
    // given
    AtomicBoolean stop = new AtomicBoolean();
    try (ItemStore store = open();
        ExecutorService reader = Executors.newSingleThreadExecutor()) {
      for (int i = 0; i < 500; i++) {
        put(store, Examples.item(shape, random, "item " + i));
      }
      Map<String, ByteBuffer> before = Map.copyOf(expected);
      Map<String, Long> at = Map.copyOf(addresses);
      Future<Long> rounds =
          reader.submit(
              () -> {
                long round = 0;
                for (; !stop.get(); round++) {
                  before.forEach((id, record) -> assertThat(read(at, id)).isEqualTo(record));
                }
                return round;
              });

      // when
      try {
        for (int i = 500; i < 20_000; i++) {
          put(store, Examples.item(shape, random, "item " + i));
        }
      } finally {
        stop.set(true);
      }

      // then
      assertThat(rounds.get()).isPositive();
    }
  }

  /** Records of all sizes replace one another, in a store of several maps, most of them full. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepsEveryItemOnceWhateverItsSizes(boolean cleanly) throws IOException {
    // given
    try (ItemStore store = open()) {
      for (int i = 0; i < 3_000; i++) {
        put(store, Examples.item(shape, random, "item " + i));
      }

      // when
      for (int i = 0; i < 12_000; i++) {
        String itemId = "item " + random.nextInt(3_000);
        if (random.nextInt(5) == 0) {
          assertThat(store.remove(itemId)).isEqualTo(expected.remove(itemId) != null);
          assertThat(store.addressOf(itemId)).isZero();
        } else {
          put(store, sized(itemId, random.nextInt(random.nextInt(10) == 0 ? 4_000 : 200)));
          assertThat(store.addressOf(itemId)).isEqualTo(addresses.get(itemId));
          assertThat(read(addresses, itemId)).isEqualTo(expected.get(itemId));
        }
      }

      // then
      verify(store);
    }

    // when
    reopenAfter(cleanly);
    try (ItemStore store = open()) {
      // then
      verify(store);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void movesAnItemThatItsMapCannotTakeAnyMore(boolean cleanly) throws IOException {
    // given
    try (ItemStore store = open()) {
      for (int i = 0; i < 1_500; i++) {
        put(store, Examples.item(shape, random, "item " + i));
      }

      // when
      for (int i = 0; i < 1_024; i++) {
        put(store, sized("item " + i, 4_000));
      }

      // then
      verify(store);
      addresses.forEach((id, _) -> assertThat(read(addresses, id)).isEqualTo(expected.get(id)));
    }
    ItemMap first = ItemMap.open(manifest().files().getFirst(), directory);
    assertThat(first.items()).isBetween(1L, 1_023L);
    first.close();

    // when
    reopenAfter(cleanly);
    try (ItemStore store = open()) {
      // then
      verify(store);
    }
  }

  @Test
  void recoveryKeepsTheNewerCopyOfAnItemInTwoMaps() throws IOException {
    // given
    try (ItemStore store = open()) {
      for (int i = 0; i < 2_500; i++) {
        put(store, Examples.item(shape, random, "item " + i));
      }
    }
    MolItem moved = sized("item 5", 300);
    MapFile newest = manifest().newest();
    ItemMap map = ItemMap.open(newest, directory);
    try (EncodedRecord record = new EncodedRecord(layout)) {
      byte[] itemId = "item 5".getBytes(UTF_8);
      record.set(moved, itemId);
      assertThat(map.insert(itemId, record)).isPositive();
    }
    map.close();
    reopenAfter(false);

    // when
    try (ItemStore store = open()) {
      // then
      expected.put("item 5", Records.bytes(layout, moved));
      verify(store);
      assertThat(store.remove("item 5")).isTrue();
      assertThat(store.addressOf("item 5")).isZero();
    }
  }

  @Test
  void takesTheLargestRecordsThereAre() {
    try (ItemStore store = open()) {
      List<String> categories = new ArrayList<>();
      for (int i = 0; i < 4_096; i++) {
        categories.add(Character.toString(0x4E00 + i));
      }
      MolItem small = Examples.item(shape, random, "small");
      put(store, small);
      for (int i = 0; i < 300; i++) {
        put(
            store,
            new MolItem(
                "映".repeat(250) + i,
                "映".repeat(1_024),
                categories,
                Map.of("k", "映".repeat(4_095)),
                true,
                small.base(),
                small.components(),
                small.gate()));
      }
      verify(store);
    }
  }

  private void put(ItemStore store, MolItem item) {
    addresses.put(item.itemId(), store.put(item));
    expected.put(item.itemId(), Records.bytes(layout, item));
  }

  private void verify(ItemStore store) {
    Map<String, ByteBuffer> records = StoredRecords.of(store);
    assertThat(records.keySet()).isEqualTo(expected.keySet());
    expected.forEach((id, record) -> assertThat(records.get(id)).as(id).isEqualTo(record));
  }

  private MolItem sized(String itemId, int characters) {
    return Examples.item(
        shape, random, itemId, characters == 0 ? List.of() : List.of("c".repeat(characters)), true);
  }

  private ByteBuffer read(Map<String, Long> addresses, String itemId) {
    long address = Objects.requireNonNull(addresses.get(itemId));
    return Records.copy(address, layout.length(address));
  }

  private StoreManifest manifest() throws IOException {
    return Objects.requireNonNull(StoreManifest.read(directory));
  }

  private void reopenAfter(boolean cleanly) throws IOException {
    if (!cleanly) {
      Files.delete(directory.resolve("closed-cleanly"));
    }
  }
}
