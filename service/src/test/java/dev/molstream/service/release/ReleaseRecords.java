package dev.molstream.service.release;

import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.BundleChunkKey;
import dev.molstream.schemas.BundleFileEntry;
import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.ModelShape;
import dev.molstream.schemas.ReleaseState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Topics of releases and bundles in memory. */
final class ReleaseRecords {
  static final TopicPartition MODELS = new TopicPartition("models", 0);
  static final TopicPartition BUNDLES = new TopicPartition("model-bundles", 0);

  private ReleaseRecords() {}

  /** A consumer of an empty topic. */
  static MockConsumer<byte[], byte[]> consumer(TopicPartition partition) {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    consumer.updateBeginningOffsets(Map.of(partition, 0L));
    consumer.updateEndOffsets(Map.of(partition, 0L));
    return consumer;
  }

  static ModelRelease release(String modelId, ReleaseState state, BundleFileEntry... files) {
    return ModelRelease.newBuilder()
        .setModelId(modelId)
        .setShape(new ModelShape(1, 1, 1, 1, 1, 1f))
        .setLocation(ReleaseWriter.LOCATION)
        .setSha256("of " + modelId)
        .setState(state)
        .setBundleFiles(List.of(files))
        .build();
  }

  static BundleFileEntry entry(String name, byte[] content) {
    return new BundleFileEntry(
        name, (long) content.length, BundleChunkKey.chunks(content.length), sha256(content));
  }

  /** The record of one chunk of a file. */
  static byte[] chunk(byte[] content, int number) {
    int start = number * BundleChunkKey.CHUNK_BYTES;
    return Arrays.copyOfRange(
        content, start, Math.min(content.length, start + BundleChunkKey.CHUNK_BYTES));
  }

  static ConsumerRecord<byte[], byte[]> record(
      TopicPartition partition, long offset, String key, byte @Nullable [] value) {
    return new ConsumerRecord<>(
        partition.topic(), 0, offset, key.getBytes(StandardCharsets.UTF_8), value);
  }

  static ConsumerRecord<byte[], byte[]> record(long offset, ModelRelease release) {
    return record(
        MODELS,
        offset,
        release.getModelId(),
        AvroSerde.of(ModelRelease.class).serializer().serialize("", release));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
