package dev.molstream.stream.index;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.service.MolstreamMetric;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.jspecify.annotations.Nullable;

/**
 * The item index as a global state store of Kafka Streams. The store keeps the offsets of its topic
 * in the index itself, so that they are never ahead of the items: a restart reads on from there,
 * and what was applied after the last commit before a crash is applied again.
 *
 * <p>Opened, written and closed by the global stream thread; other threads take {@link #index()}
 * and search it while the application runs.
 */
public final class ItemIndexStore implements StateStore {
  /** Name of the state store. */
  public static final String STORE = "item-index";

  private final Function<Path, ItemIndex> opener;
  private final String modelId;
  private final MeterRegistry registry;
  private final List<Meter> gauges = new ArrayList<>();
  private volatile @Nullable ItemIndex index; // volatile for the gauges, read by other threads

  /** A store for one model, whose index is opened by {@code opener} in a directory it is given. */
  public ItemIndexStore(Function<Path, ItemIndex> opener, String modelId, MeterRegistry registry) {
    this.opener = opener;
    this.modelId = modelId;
    this.registry = registry;
  }

  /**
   * The open index.
   *
   * @throws IllegalStateException before the store is initialised and after it is closed
   */
  public ItemIndex index() {
    ItemIndex open = index;
    if (open == null) {
      throw new IllegalStateException("the item index is not open");
    }
    return open;
  }

  @Override
  public String name() {
    return STORE;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    // Inside the global state directory, which Kafka Streams locks, and wipes when offsets are
    // stored that the topic no longer has.
    index = opener.apply(context.stateDir().toPath().resolve(STORE));
    gauges.add(
        MolstreamMetric.INDEX_ITEMS.gauge(registry, () -> measure(ItemIndex::size), modelId));
    gauges.add(
        MolstreamMetric.INDEX_BYTES.gauge(
            registry, () -> measure(ItemIndex::retainedBytes), modelId));
    context.register(
        root,
        (key, value) -> {
          throw new IllegalStateException("a global store is restored through its processor");
        });
  }

  @Override
  public void commit(Map<TopicPartition, Long> nextOffsets) {
    Map<Integer, Long> byPartition = new HashMap<>();
    nextOffsets.forEach(
        (partition, offset) -> {
          if (offset != null) {
            byPartition.put(partition.partition(), offset);
          }
        });
    index().storeOffsets(byPartition);
  }

  @Override
  public @Nullable Long committedOffset(TopicPartition partition) {
    return index().storedOffsets().get(partition.partition());
  }

  @Override
  @Deprecated
  public boolean managesOffsets() {
    return true;
  }

  @Override
  public boolean persistent() {
    return true;
  }

  @Override
  public boolean isOpen() {
    return index != null;
  }

  @Override
  public void close() {
    ItemIndex open = index;
    if (open != null) {
      index = null;
      gauges.forEach(registry::remove);
      open.close();
    }
  }

  private Number measure(Function<ItemIndex, Number> measurement) {
    ItemIndex open = index;
    return open == null ? Double.NaN : measurement.apply(open);
  }
}
