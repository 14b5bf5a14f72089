package dev.molstream.stream.index;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.WireFormat;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * item-embeddings → item index, the records of one model; those of others are skipped. Runs on the
 * global stream thread, also for what is read at the start, before the application is RUNNING. An
 * embedding that cannot be used leaves the item as it was.
 *
 * <p>Reads bytes and decodes them itself, so that the dead letter is what was received.
 */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
public final class EmbeddingProcessor extends ContextualProcessor<byte[], byte[], Void, Void> {
  private final String modelId;
  private final WireFormat format;
  private final IndexProgress progress;
  private final MeterRegistry registry;
  private ItemIndex index;
  private ItemChanges changes;

  /**
   * A processor for the embeddings of {@code modelId}.
   *
   * @param format how they are written
   * @param progress told of every record read
   */
  public EmbeddingProcessor(
      String modelId, WireFormat format, IndexProgress progress, MeterRegistry registry) {
    this.modelId = modelId;
    this.format = format;
    this.progress = progress;
    this.registry = registry;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    ItemIndexStore store = context.getStateStore(ItemIndexStore.STORE);
    index = store.index();
    changes = new ItemChanges(modelId, format, context.currentSystemTimeMs(), registry);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      changes.apply(record, context().currentSystemTimeMs(), change -> change.applyTo(index));
    } finally { // also past a record that goes to dead-letters
      context()
          .recordMetadata()
          .ifPresent(place -> progress.reached(place.partition(), place.offset() + 1));
    }
  }
}
