package dev.molstream.service.release;

import static dev.molstream.service.release.ReleaseRecords.BUNDLES;
import static dev.molstream.service.release.ReleaseRecords.chunk;
import static dev.molstream.service.release.ReleaseRecords.entry;
import static dev.molstream.service.release.ReleaseRecords.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.schemas.BundleChunkKey;
import dev.molstream.schemas.BundleFileEntry;
import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.ReleaseState;
import dev.molstream.schemas.TopicCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleStoreTest {
  private static final byte[] LARGE = bytes(2 * BundleChunkKey.CHUNK_BYTES + 17);
  private static final byte[] SMALL = bytes(3);
  private static final byte[] EMPTY = {};

  @TempDir Path directory;
  private final List<ConsumerRecord<byte[], byte[]>> topic = new ArrayList<>();
  private final ModelRelease release =
      release(
          "m",
          ReleaseState.STAGED,
          entry("large", LARGE),
          entry("small", SMALL),
          entry("empty", EMPTY));
  private int consumers;
  private BundleStore store;

  @BeforeEach
  void open() {
    store = new BundleStore(directory.resolve("models"), TopicCatalogue.of(""), this::consumer);
  }

  @Test
  void putsFilesTogetherWhateverTheOrderOfTheirChunks() throws IOException {
    put("m/large/00002", chunk(LARGE, 2));
    put("other/large/00000", SMALL);
    put("m/small/00000", SMALL);
    put("m/large/00000", chunk(LARGE, 0));
    put("m/empty/00000", EMPTY);
    put("m/large/00001", chunk(LARGE, 1));
    put("m/large/00001", chunk(LARGE, 1)); // uploaded twice

    Path folder = store.fetch(release);

    assertThat(folder).isEqualTo(directory.resolve("models/m"));
    assertThat(folder.resolve("large")).hasBinaryContent(LARGE);
    assertThat(folder.resolve("small")).hasBinaryContent(SMALL);
    assertThat(folder.resolve("empty")).isEmptyFile();
    assertOnlyCopy("m");
  }

  @Test
  void takesTheLongerChunksOfTheFirstReleasesToo() throws IOException {
    int half = 512 << 10;
    byte[] content = bytes(half + 17);
    ModelRelease former =
        release(
            "m",
            ReleaseState.STAGED,
            BundleFileEntry.newBuilder(entry("large", content)).setChunks(2).build());
    put("m/large/00000", Arrays.copyOf(content, half));
    put("m/large/00001", Arrays.copyOfRange(content, half, content.length));

    assertThat(store.fetch(former).resolve("large")).hasBinaryContent(content);
  }

  @Test
  void goesByTheLaterOfTwoUploadsWithChunksOfDifferentLengths() throws IOException {
    put("m/large/00000", LARGE);
    putAll();

    assertThat(store.fetch(release).resolve("large")).hasBinaryContent(LARGE);
  }

  @Test
  void usesAVerifiedCopyAgainAndFetchesADamagedOneAnew() throws IOException {
    putAll();
    Path folder = store.fetch(release);
    store.fetch(release);
    assertThat(consumers).isEqualTo(1);

    Files.write(folder.resolve("small"), new byte[] {9, 9, 9});
    store.fetch(release);

    assertThat(consumers).isEqualTo(2);
    assertThat(folder.resolve("small")).hasBinaryContent(SMALL);
  }

  @Test
  void refusesABundleThatLacksAChunk() {
    put("m/small/00000", SMALL);
    put("m/empty/00000", EMPTY);
    put("m/large/00000", chunk(LARGE, 0));
    put("m/large/00002", chunk(LARGE, 2));

    assertThatThrownBy(() -> store.fetch(release))
        .isInstanceOf(UnusableReleaseException.class)
        .hasMessage("model-bundles has 2 of the 3 chunks of m/large, chunk 1 is missing");
    assertThat(directory.resolve("models")).isEmptyDirectory();
  }

  @Test
  void refusesAFileWithAnotherDigest() {
    putAll();
    byte[] damaged = chunk(LARGE, 1);
    damaged[5]++;
    put("m/large/00001", damaged);

    assertThatThrownBy(() -> store.fetch(release))
        .isInstanceOf(UnusableReleaseException.class)
        .hasMessageContaining("large of m has SHA-256");
    assertThat(directory.resolve("models")).isEmptyDirectory();
  }

  @Test
  void refusesAChunkOfAnotherLength() {
    put("m/large/00000", SMALL);

    assertThatThrownBy(() -> store.fetch(release))
        .isInstanceOf(UnusableReleaseException.class)
        .hasMessage("chunk m/large/00000 has 3 bytes, 262144 is valid");
  }

  @Test
  void refusesNamesThatLeadOutOfTheFolder() {
    for (String name : List.of("../evil", "..", "a/b", "")) {
      BundleFileEntry file = new BundleFileEntry(name, 3L, 1, "0");

      assertThatThrownBy(() -> store.fetch(release("m", ReleaseState.STAGED, file)))
          .as(name)
          .isInstanceOf(UnusableReleaseException.class)
          .hasMessageContaining("bundle file '%s' is not valid".formatted(name));
    }
    assertThat(consumers).isZero();
  }

  @Test
  void takesAFolderThatAReleaseNames() {
    ModelRelease elsewhere =
        ModelRelease.newBuilder(release).setLocation(directory.toString()).build();

    assertThat(store.fetch(elsewhere)).isEqualTo(directory);
    assertThat(consumers).isZero();
  }

  private void putAll() {
    put("m/large/00000", chunk(LARGE, 0));
    put("m/large/00001", chunk(LARGE, 1));
    put("m/large/00002", chunk(LARGE, 2));
    put("m/small/00000", SMALL);
    put("m/empty/00000", EMPTY);
  }

  private void put(String key, byte[] value) {
    topic.add(ReleaseRecords.record(BUNDLES, topic.size(), key, value));
  }

  private MockConsumer<byte[], byte[]> consumer() {
    consumers++;
    MockConsumer<byte[], byte[]> consumer = ReleaseRecords.consumer(BUNDLES);
    consumer.updateEndOffsets(Map.of(BUNDLES, (long) topic.size()));
    consumer.schedulePollTask(() -> topic.forEach(consumer::addRecord));
    return consumer;
  }

  private void assertOnlyCopy(String name) throws IOException {
    try (var files = Files.list(directory.resolve("models"))) {
      assertThat(files).containsExactly(directory.resolve("models").resolve(name));
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
