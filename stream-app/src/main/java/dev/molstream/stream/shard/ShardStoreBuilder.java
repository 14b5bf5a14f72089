package dev.molstream.stream.shard;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.stream.index.ItemChange;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Builds the store of each shard. Its changelog is the topic it is read from, which Kafka Streams
 * arranges for read-only stores; nothing is ever written to it.
 */
final class ShardStoreBuilder implements StoreBuilder<ShardStore> {
  private final Function<Path, ItemIndex> opener;
  private final ItemChange.Reader reader;
  private final OpenShards open;

  ShardStoreBuilder(Function<Path, ItemIndex> opener, ItemChange.Reader reader, OpenShards open) {
    this.opener = opener;
    this.reader = reader;
    this.open = open;
  }

  @Override
  public ShardStore build() {
    return new ShardStore(opener, reader, open);
  }

  @Override
  public String name() {
    return ShardStore.STORE;
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
  public StoreBuilder<ShardStore> withLoggingDisabled() {
    return this;
  }

  @Override
  public StoreBuilder<ShardStore> withLoggingEnabled(Map<String, String> config) {
    throw new UnsupportedOperationException("the changelog of a shard is its source topic");
  }

  @Override
  public StoreBuilder<ShardStore> withCachingEnabled() {
    throw new UnsupportedOperationException("the index of a shard is not cached");
  }

  @Override
  public StoreBuilder<ShardStore> withCachingDisabled() {
    return this;
  }
}
