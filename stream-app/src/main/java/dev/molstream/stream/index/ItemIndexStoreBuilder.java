package dev.molstream.stream.index;

import dev.molstream.retrieval.ItemIndex;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.streams.state.StoreBuilder;

/** Builds the store for a topology: without changelog or cache, its source topic is the truth. */
public final class ItemIndexStoreBuilder implements StoreBuilder<ItemIndexStore> {
  private final Function<Path, ItemIndex> opener;
  private final String modelId;
  private final MeterRegistry registry;

  /**
   * A builder of stores for one model, whose index is opened by {@code opener} in a directory it is
   * given.
   */
  public ItemIndexStoreBuilder(
      Function<Path, ItemIndex> opener, String modelId, MeterRegistry registry) {
    this.opener = opener;
    this.modelId = modelId;
    this.registry = registry;
  }

  @Override
  public ItemIndexStore build() {
    return new ItemIndexStore(opener, modelId, registry);
  }

  @Override
  public String name() {
    return ItemIndexStore.STORE;
  }

  @Override
  public Map<String, String> logConfig() {
    return Map.of();
  }

  @Override
  public boolean loggingEnabled() {
    return false;
  }

  @Override
  public StoreBuilder<ItemIndexStore> withLoggingDisabled() {
    return this;
  }

  @Override
  public StoreBuilder<ItemIndexStore> withLoggingEnabled(Map<String, String> config) {
    throw new UnsupportedOperationException("a global store has no changelog");
  }

  @Override
  public StoreBuilder<ItemIndexStore> withCachingEnabled() {
    throw new UnsupportedOperationException("the item index is not cached");
  }

  @Override
  public StoreBuilder<ItemIndexStore> withCachingDisabled() {
    return this;
  }
}
