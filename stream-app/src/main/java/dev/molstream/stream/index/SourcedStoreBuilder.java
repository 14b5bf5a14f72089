package dev.molstream.stream.index;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Builds stores whose source topic is the truth: without cache, and without a changelog of their
 * own.
 */
public final class SourcedStoreBuilder<T extends StateStore> implements StoreBuilder<T> {
  private final String name;
  private final Supplier<T> stores;

  /**
   * A builder of stores with that name.
   *
   * @param stores makes a new one each time
   */
  public SourcedStoreBuilder(String name, Supplier<T> stores) {
    this.name = name;
    this.stores = stores;
  }

  @Override
  public T build() {
    return stores.get();
  }

  @Override
  public String name() {
    return name;
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
  public StoreBuilder<T> withLoggingDisabled() {
    return this;
  }

  @Override
  public StoreBuilder<T> withLoggingEnabled(Map<String, String> config) {
    throw new UnsupportedOperationException(name + " has its source topic for a changelog");
  }

  @Override
  public StoreBuilder<T> withCachingEnabled() {
    throw new UnsupportedOperationException(name + " is not cached");
  }

  @Override
  public StoreBuilder<T> withCachingDisabled() {
    return this;
  }
}
