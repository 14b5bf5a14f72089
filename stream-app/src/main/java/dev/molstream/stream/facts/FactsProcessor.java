package dev.molstream.stream.facts;

import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.DeadLetterReason;
import dev.molstream.service.InvalidRecordException;
import dev.molstream.stream.index.IndexProgress;
import dev.molstream.stream.index.ItemChange;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * item-embeddings → the facts about the items of one model, on the global stream thread, also for
 * what is read at the start, before the application is RUNNING. Changes are counted where they
 * become searchable, not here.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
public final class FactsProcessor extends ContextualProcessor<byte[], byte[], Void, Void> {
  private final String modelId;
  private final int baseBytes;
  private final IndexProgress progress;
  private final ItemChange.Reader changes;
  private KeyValueStore<String, ItemEmbedding> store;

  /**
   * A processor for the embeddings of {@code modelId}.
   *
   * @param format how they are written
   * @param progress told of every record read
   */
  public FactsProcessor(String modelId, MolShape shape, WireFormat format, IndexProgress progress) {
    this.modelId = modelId;
    this.baseBytes = shape.baseDimension() * Float.BYTES;
    this.progress = progress;
    this.changes = new ItemChange.Reader(modelId, format);
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    store = context.getStateStore(StoredFacts.STORE);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      ItemChange change = changes.read(record.key(), record.value(), record.headers());
      if (change != null) {
        apply(change);
      }
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
