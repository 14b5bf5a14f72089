package dev.molstream.stream.index;

import dev.molstream.schemas.WireFormat;
import dev.molstream.service.InvalidRecordException;
import dev.molstream.service.MolstreamMetric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The records of item-embeddings about one model, read, made and counted one by one; those about
 * others are passed over. Belongs to the thread that reads the topic.
 */
public final class ItemChanges {
  private static final String UPSERT = "upsert";
  private static final String DELETE = "delete";

  private final ItemChange.Reader reader;
  private final long startMillis;
  private final Counter upserts;
  private final Counter deletes;
  private final Timer upsertFreshness;
  private final Timer deleteFreshness;

  /**
   * The changes of {@code modelId}.
   *
   * @param format how they are written
   * @param startMillis what was written before is being caught up with, which says nothing of
   *     freshness
   */
  public ItemChanges(String modelId, WireFormat format, long startMillis, MeterRegistry registry) {
    this.reader = new ItemChange.Reader(modelId, format);
    this.startMillis = startMillis;
    this.upserts = MolstreamMetric.INDEX_CHANGES.counter(registry, UPSERT);
    this.deletes = MolstreamMetric.INDEX_CHANGES.counter(registry, DELETE);
    this.upsertFreshness = MolstreamMetric.FRESHNESS.timer(registry, UPSERT);
    this.deleteFreshness = MolstreamMetric.FRESHNESS.timer(registry, DELETE);
  }

  /**
   * Makes the change that {@code record} says, if it is about this model.
   *
   * @throws InvalidRecordException when the record cannot be used
   */
  public void apply(Record<byte[], byte[]> record, long nowMillis, Consumer<ItemChange> target) {
    ItemChange change = reader.read(record.key(), record.value(), record.headers());
    if (change == null) {
      return;
    }
    target.accept(change);
    boolean deletes = change.embedding() == null;
    (deletes ? this.deletes : upserts).increment();
    if (record.timestamp() >= startMillis) {
      (deletes ? deleteFreshness : upsertFreshness)
          .record(Math.max(0, nowMillis - record.timestamp()), TimeUnit.MILLISECONDS);
    }
  }
}
