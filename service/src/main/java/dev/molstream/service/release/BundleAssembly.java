package dev.molstream.service.release;

import dev.molstream.schemas.BundleChunkKey;
import dev.molstream.schemas.BundleFileEntry;
import dev.molstream.schemas.ModelRelease;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Puts the files of one bundle together from their chunks, in whatever order and however often
 * those come. One thread.
 */
final class BundleAssembly implements AutoCloseable {
  private static final Duration WAIT = Duration.ofMillis(500);

  private final ModelRelease release;
  private final Map<String, Part> files = new HashMap<>();
  private final Map<BundleChunkKey, String> wrong = new LinkedHashMap<>();

  private record Part(BundleFileEntry entry, FileChannel channel, BitSet written) {
    boolean isWhole() {
      return written.cardinality() == entry.getChunks();
    }
  }

  private BundleAssembly(ModelRelease release) {
    this.release = release;
  }

  /** Files to be written in an empty folder. */
  static BundleAssembly in(Path folder, ModelRelease release) throws IOException {
    BundleAssembly assembly = new BundleAssembly(release);
    try {
      for (BundleFileEntry entry : release.getBundleFiles()) {
        FileChannel channel =
            FileChannel.open(
                folder.resolve(entry.getName()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
        assembly.files.put(entry.getName(), new Part(entry, channel, new BitSet()));
      }
      return assembly;
    } catch (IOException e) {
      assembly.close();
      throw e;
    }
  }

  /**
   * Reads the topic from its beginning until every file is whole.
   *
   * @throws UnusableReleaseException when the topic has an end before that: a release is written
   *     after its chunks
   */
  void readFrom(Consumer<byte[], byte[]> consumer, String topic) throws IOException {
    TopicPartition partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long end = Objects.requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
    while (!isWhole()) {
      if (consumer.position(partition) >= end) {
        throw new UnusableReleaseException(missing(topic));
      }
      ConsumerRecords<byte[], byte[]> records = consumer.poll(WAIT);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        take(record);
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) throws IOException {
    if (record.key() == null || record.value() == null) {
      return;
    }
    String text = new String(record.key(), StandardCharsets.UTF_8);
    if (!text.startsWith(release.getModelId() + '/')) {
      return;
    }
    BundleChunkKey key;
    try {
      key = BundleChunkKey.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UnusableReleaseException(String.valueOf(e.getMessage()));
    }
    Part file = files.get(key.file());
    if (file == null || key.number() >= file.entry().getChunks()) {
      return; // left from another upload
    }
    BundleFileEntry entry = file.entry();
    int most = BundleChunkKey.chunkBytes(entry.getBytes(), entry.getChunks()).orElseThrow();
    long start = (long) key.number() * most;
    long length = Math.min(most, Math.max(0, entry.getBytes() - start));
    if (record.value().length != length) { // of another upload, unless none of this one follows
      wrong.put(
          key, "chunk %s has %d bytes, %d is valid".formatted(key, record.value().length, length));
      file.written().clear(key.number());
      return;
    }
    wrong.remove(key);
    ByteBuffer bytes = ByteBuffer.wrap(record.value());
    while (bytes.hasRemaining()) {
      file.channel().write(bytes, start + bytes.position());
    }
    file.written().set(key.number());
  }

  private boolean isWhole() {
    return files.values().stream().allMatch(Part::isWhole);
  }

  private String missing(String topic) {
    if (!wrong.isEmpty()) {
      return wrong.values().iterator().next();
    }
    Part file = files.values().stream().filter(part -> !part.isWhole()).findFirst().orElseThrow();
    return "%s has %d of the %d chunks of %s/%s, chunk %d is missing"
        .formatted(
            topic,
            file.written().cardinality(),
            file.entry().getChunks(),
            release.getModelId(),
            file.entry().getName(),
            file.written().nextClearBit(0));
  }

  @Override
  public void close() throws IOException {
    for (Part file : files.values()) {
      file.channel().close();
    }
  }
}
