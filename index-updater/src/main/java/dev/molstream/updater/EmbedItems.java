package dev.molstream.updater;

import dev.molstream.schemas.EmbeddingKey;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.service.MolstreamMetric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Turns item updates into embeddings, in batches. An update waits in a changelogged store, the last
 * one of an item only, until the batch is full or its time is up; so its offset may be committed
 * meanwhile, and after a crash it is still there. A deletion takes the item out of the batch and is
 * passed on at once.
 *
 * <p>Each item's changes keep their order: all of them come through one task, and leave by one
 * producer for one partition. At least once, the changes since the last commit may be seen again
 * after a crash, in their order and up to the same end; exactly once, they are seen once.
 */
final class EmbedItems
    extends ContextualProcessor<
        @Nullable String, @Nullable ItemUpdate, String, @Nullable ItemEmbedding> {
  static final String PENDING_STORE = "pending";

  private final String modelId;
  private final ItemUpdateRules rules;
  private final ItemEmbedder embedder;
  private final int batchSize;
  private final Duration batchWait;
  private final Counter embedded;
  private final Counter deleted;

  // The store's contents in order of arrival: what the next pass embeds, without reading it again.
  private final Map<String, PendingItem> batch = new LinkedHashMap<>();
  private @Nullable KeyValueStore<String, PendingItem> pending;

  EmbedItems(
      String modelId,
      ItemUpdateRules rules,
      ItemEmbedder embedder,
      int batchSize,
      Duration batchWait,
      MeterRegistry registry) {
    this.modelId = modelId;
    this.rules = rules;
    this.embedder = embedder;
    this.batchSize = batchSize;
    this.batchWait = batchWait;
    this.embedded = MolstreamMetric.EMBEDDINGS.counter(registry, "embedded");
    this.deleted = MolstreamMetric.EMBEDDINGS.counter(registry, "deleted");
  }

  @Override
  public void init(ProcessorContext<String, @Nullable ItemEmbedding> context) {
    super.init(context);
    pending = context.getStateStore(PENDING_STORE);
    try (KeyValueIterator<String, PendingItem> left = store().all()) {
      while (left.hasNext()) {
        KeyValue<String, PendingItem> item = left.next();
        batch.put(item.key, item.value);
      }
    }
    context.schedule(batchWait, PunctuationType.WALL_CLOCK_TIME, now -> flush());
  }

  @Override
  public void process(Record<@Nullable String, @Nullable ItemUpdate> record) {
    ItemUpdate update = record.value();
    String itemId = rules.requireValid(record.key(), update);
    if (update == null) {
      if (batch.remove(itemId) != null) {
        store().delete(itemId);
      }
      forward(itemId, null, record.timestamp());
      deleted.increment();
      return;
    }
    RecordMetadata origin = context().recordMetadata().orElseThrow();
    PendingItem item =
        new PendingItem(
            embedder.completed(update), origin.partition(), origin.offset(), record.timestamp());
    store().put(itemId, item);
    batch.put(itemId, item);
    if (batch.size() >= batchSize) {
      flush();
    }
  }

  private void flush() {
    if (batch.isEmpty()) {
      return;
    }
    List<ItemEmbedding> embeddings = embedder.embed(batch.values());
    int next = 0;
    for (Map.Entry<String, PendingItem> item : batch.entrySet()) {
      forward(item.getKey(), embeddings.get(next++), item.getValue().timestamp());
      store().delete(item.getKey());
    }
    embedded.increment(next);
    batch.clear();
  }

  // New headers: those of the update say how the update was written.
  private void forward(String itemId, @Nullable ItemEmbedding embedding, long timestamp) {
    String key = EmbeddingKey.of(modelId, itemId).toString();
    context().forward(new Record<>(key, embedding, timestamp));
  }

  private KeyValueStore<String, PendingItem> store() {
    if (pending == null) {
      throw new IllegalStateException("used before init");
    }
    return pending;
  }
}
