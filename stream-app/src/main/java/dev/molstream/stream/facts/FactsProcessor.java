package dev.molstream.stream.facts;

import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.service.DeadLetterReason;
import dev.molstream.service.InvalidRecordException;
import dev.molstream.stream.index.IndexProgress;
import dev.molstream.stream.index.ItemChange;
import dev.molstream.stream.index.ItemChanges;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * item-embeddings → the facts about the items of one model, on the global stream thread, also for
 * what is read at the start, before the application is RUNNING.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
public final class FactsProcessor extends ContextualProcessor<byte[], byte[], Void, Void> {
  private final String modelId;
  private final int baseBytes;
  private final IndexProgress progress;
  private final MeterRegistry registry;
  private ItemChanges changes;
  private KeyValueStore<String, ItemEmbedding> store;

  /**
   * A processor for the embeddings of {@code modelId}.
   *
   * @param progress told of every record read
   */
  public FactsProcessor(
      String modelId, MolShape shape, IndexProgress progress, MeterRegistry registry) {
    this.modelId = modelId;
    this.baseBytes = shape.baseDimension() * Float.BYTES;
    this.progress = progress;
    this.registry = registry;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    store = context.getStateStore(StoredFacts.STORE);
    changes = new ItemChanges(modelId, context.currentSystemTimeMs(), registry);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      changes.apply(record, context().currentSystemTimeMs(), this::apply);
    } finally { // also past a record that goes to dead-letters
      context()
          .recordMetadata()
          .ifPresent(place -> progress.reached(place.partition(), place.offset() + 1));
    }
  }

  private void apply(ItemChange change) {
    ItemEmbedding embedding = change.embedding();
    if (embedding != null && embedding.getBase().remaining() != baseBytes) {
      throw new InvalidRecordException(
          DeadLetterReason.INVALID_VECTOR,
          "%s/%s: base has %d bytes, valid is %d"
              .formatted(modelId, change.itemId(), embedding.getBase().remaining(), baseBytes));
    }
    StoredFacts.apply(change, store);
  }
}
