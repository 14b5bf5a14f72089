package dev.molstream.stream.shard;

import dev.molstream.retrieval.ItemIndex;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/** The indexes of all shards of one model that this instance holds. Thread-safe. */
final class OpenShards {
  private final Set<ItemIndex> indexes = ConcurrentHashMap.newKeySet();

  /** A search may begin or a change be made only between add and remove. */
  void add(ItemIndex index) {
    indexes.add(index);
  }

  /** To be called before the index is closed. */
  void remove(ItemIndex index) {
    indexes.remove(index);
  }

  /** The sum over all shards, those of standbys included. */
  long sum(ToLongFunction<ItemIndex> measurement) {
    return indexes.stream().mapToLong(measurement).sum();
  }
}
