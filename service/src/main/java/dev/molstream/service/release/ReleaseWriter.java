package dev.molstream.service.release;

import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.BundleChunkKey;
import dev.molstream.schemas.BundleFileEntry;
import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes bundles and releases, each in a transaction: readers see all of it or nothing. All writers
 * of an installation share one transactional id, so that a second one ends the first instead of
 * interleaving with it. One thread.
 */
public final class ReleaseWriter implements AutoCloseable {
  /** The location of releases whose bundle lies in model-bundles. */
  public static final String LOCATION = "topic:model-bundles";

  /** The longest an upload may take; brokers allow three times as much, unless told otherwise. */
  private static final int UPLOAD_MILLIS = 300_000;

  private final Producer<byte[], byte[]> producer;
  private final TopicCatalogue topics;
  private final Serializer<ModelRelease> values = AvroSerde.of(ModelRelease.class).serializer();

  private ReleaseWriter(Producer<byte[], byte[]> producer, TopicCatalogue topics) {
    this.producer = producer;
    this.topics = topics;
  }

  /**
   * Connects; another writer that is at work fails at its next step.
   *
   * @param settings of a producer: where brokers are and how to reach them
   */
  public static ReleaseWriter connect(Map<String, ?> settings, TopicCatalogue topics) {
    Map<String, Object> own = new HashMap<>(settings);
    own.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.prefix() + "molstream-models");
    own.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    own.put(ProducerConfig.ACKS_CONFIG, "all");
    own.putIfAbsent(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, UPLOAD_MILLIS);
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      producer.close();
      throw e;
    }
    return new ReleaseWriter(producer, topics);
  }

  /**
   * Uploads a bundle's files.
   *
   * @param files paths within the folder
   * @param progress told how many bytes are sent so far
   * @return what the release says of them
   */
  public List<BundleFileEntry> upload(
      String modelId, Path folder, List<String> files, LongConsumer progress) {
    List<BundleFileEntry> entries = new ArrayList<>();
    long sent = 0;
    // One transaction for all files: brokers may refuse one that follows on the heels of another in
    // the same partition (InvalidTxnStateException, a race like that of KAFKA-18575).
    producer.beginTransaction();
    for (String name : files) {
      Path file = folder.resolve(name);
      try (InputStream in = Files.newInputStream(file)) {
        long bytes = Files.size(file);
        int chunks = BundleChunkKey.chunks(bytes);
        for (int number = 0; number < chunks; number++) {
          byte[] chunk = in.readNBytes(BundleChunkKey.CHUNK_BYTES);
          send(Topic.MODEL_BUNDLES, new BundleChunkKey(modelId, name, number).toString(), chunk);
          sent += chunk.length;
          progress.accept(sent);
        }
        entries.add(new BundleFileEntry(name, bytes, chunks, BundleStore.sha256(file)));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file, e);
      }
    }
    producer.commitTransaction();
    return entries;
  }

  /** Writes releases that must be seen together. */
  public void write(Collection<ModelRelease> releases) {
    producer.beginTransaction();
    for (ModelRelease release : releases) {
      send(Topic.MODELS, release.getModelId(), values.serialize("", release));
    }
    producer.commitTransaction();
  }

  /**
   * Forgets a release and its bundle, as if they had never been. Outside of any transaction, so
   * that it ends nobody's.
   *
   * @param producer one that loses nothing
   */
  public static void forget(
      ModelRelease release, Producer<byte[], byte[]> producer, TopicCatalogue topics) {
    List<String> chunks = new ArrayList<>();
    for (BundleFileEntry file : release.getBundleFiles()) {
      for (int number = 0; number < file.getChunks(); number++) {
        chunks.add(new BundleChunkKey(release.getModelId(), file.getName(), number).toString());
      }
    }
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (String key : chunks) {
      sent.add(producer.send(record(topics.name(Topic.MODEL_BUNDLES), key, null)));
    }
    sent.add(producer.send(record(topics.name(Topic.MODELS), release.getModelId(), null)));
    producer.flush();
    for (Future<RecordMetadata> one : sent) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new KafkaException("cannot forget " + release.getModelId(), e.getCause());
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  @Override
  public void close() {
    producer.close();
  }

  private void send(Topic topic, String key, byte @Nullable [] value) {
    // What fails, fails the commit.
    var unused = producer.send(record(topics.name(topic), key, value));
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
  }
}
