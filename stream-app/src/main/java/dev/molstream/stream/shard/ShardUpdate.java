package dev.molstream.stream.shard;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.WireFormat;
import dev.molstream.stream.index.ItemChanges;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** item-embeddings → the index of the partition they come from, on the task's thread. */
@SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
final class ShardUpdate extends ContextualProcessor<byte[], byte[], Void, Void> {
  private final String modelId;
  private final WireFormat format;
  private final MeterRegistry registry;
  private ItemChanges changes;
  private ShardStore store;

  ShardUpdate(String modelId, WireFormat format, MeterRegistry registry) {
    this.modelId = modelId;
    this.format = format;
    this.registry = registry;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    store = context.getStateStore(ShardStore.STORE);
    changes = new ItemChanges(modelId, format, context.currentSystemTimeMs(), registry);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    store.countRead();
    ItemIndex index = store.index();
    changes.apply(record, context().currentSystemTimeMs(), change -> change.applyTo(index));
  }
}
