package dev.molstream.stream.index;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.schemas.EmbeddingKey;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.RecordFormatException;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.DeadLetterReason;
import dev.molstream.service.InvalidRecordException;
import dev.molstream.service.MolstreamMetric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * item-embeddings → item index, the records of one model; those of others are skipped. Runs on the
 * global stream thread, also for what is read at the start, before the application is RUNNING. An
 * embedding that cannot be used leaves the item as it was.
 *
 * <p>Reads bytes and decodes them itself, so that the dead letter is what was received.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
public final class EmbeddingProcessor extends ContextualProcessor<byte[], byte[], Void, Void> {
  private static final String UPSERT = "upsert";
  private static final String DELETE = "delete";

  private final Deserializer<ItemEmbedding> embeddings;
  private final String modelId;
  private final IndexProgress progress;
  private final Counter upserts;
  private final Counter deletes;
  private final Timer upsertFreshness;
  private final Timer deleteFreshness;
  private ItemIndex index;
  private long startMillis;

  /**
   * A processor for the embeddings of {@code modelId}.
   *
   * @param format how they are written
   * @param progress told of every record read
   */
  public EmbeddingProcessor(
      String modelId, WireFormat format, IndexProgress progress, MeterRegistry registry) {
    this.embeddings = format.serde(ItemEmbedding.class).deserializer();
    this.modelId = modelId;
    this.progress = progress;
    this.upserts = MolstreamMetric.INDEX_CHANGES.counter(registry, UPSERT);
    this.deletes = MolstreamMetric.INDEX_CHANGES.counter(registry, DELETE);
    this.upsertFreshness = MolstreamMetric.FRESHNESS.timer(registry, UPSERT);
    this.deleteFreshness = MolstreamMetric.FRESHNESS.timer(registry, DELETE);
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    ItemIndexStore store = context.getStateStore(ItemIndexStore.STORE);
    index = store.index();
    startMillis = context.currentSystemTimeMs();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      apply(record);
    } finally { // also past a record that goes to dead-letters
      context()
          .recordMetadata()
          .ifPresent(place -> progress.reached(place.partition(), place.offset() + 1));
    }
  }

  private void apply(Record<byte[], byte[]> record) {
    EmbeddingKey key = keyOf(record.key());
    if (!key.modelId().equals(modelId)) {
      return;
    }
    ItemEmbedding embedding = embeddingIn(record);
    if (embedding == null) {
      index.delete(key.itemId());
      deletes.increment();
      timeFreshness(deleteFreshness, record.timestamp());
    } else {
      upsert(key, embedding);
      upserts.increment();
      timeFreshness(upsertFreshness, record.timestamp());
    }
  }

  private @Nullable ItemEmbedding embeddingIn(Record<byte[], byte[]> record) {
    try {
      return embeddings.deserialize("", record.headers(), record.value());
    } catch (RecordFormatException e) {
      throw new InvalidRecordException(DeadLetterReason.UNREADABLE, String.valueOf(e.getMessage()));
    }
  }

  private static EmbeddingKey keyOf(byte @Nullable [] key) {
    if (key == null) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_ID, "the record has no key: MODELID/ITEMID is valid");
    }
    try {
      return EmbeddingKey.parse(new String(key, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new InvalidRecordException(DeadLetterReason.INVALID_ID, String.valueOf(e.getMessage()));
    }
  }

  private void upsert(EmbeddingKey key, ItemEmbedding embedding) {
    if (!key.itemId().equals(embedding.getItemId())
        || !key.modelId().equals(embedding.getModelId())) {
      throw new InvalidRecordException(
          DeadLetterReason.KEY_MISMATCH,
          "the key is %s and the value is %s/%s: they must agree"
              .formatted(key, embedding.getModelId(), embedding.getItemId()));
    }
    try {
      index.upsert(
          new MolItem(
              key.itemId(),
              embedding.getTitle(),
              embedding.getCategories(),
              embedding.getAvailable(),
              PackedFloats.unpack(embedding.getBase()),
              PackedFloats.unpack(embedding.getComponents()),
              PackedFloats.unpack(embedding.getGate())));
    } catch (IllegalArgumentException e) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_VECTOR, key + ": " + e.getMessage());
    }
  }

  /** What was written before the start is being caught up with, which says nothing of freshness. */
  private void timeFreshness(Timer timer, long writtenMillis) {
    long now = context().currentSystemTimeMs();
    if (writtenMillis >= startMillis) {
      timer.record(Math.max(0, now - writtenMillis), TimeUnit.MILLISECONDS);
    }
  }
}
