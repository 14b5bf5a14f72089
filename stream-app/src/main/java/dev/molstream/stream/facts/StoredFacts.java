package dev.molstream.stream.facts;

import dev.molstream.retrieval.SearchFilter;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.stream.index.ItemChange;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The facts on disk: of each item its embedding without the component vectors and the gate, which
 * are nine tenths of it. A look-up costs one read of RocksDB, mostly from its cache. Any thread.
 */
public final class StoredFacts implements ItemFacts {
  /** Name of the state store. */
  public static final String STORE = "item-facts";

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final ReadOnlyKeyValueStore<String, ItemEmbedding> store;

  /** The facts in {@code store}. */
  public StoredFacts(ReadOnlyKeyValueStore<String, ItemEmbedding> store) {
    this.store = store;
  }

  /** The store: on disk, without a changelog, since item-embeddings is one. */
  public static StoreBuilder<KeyValueStore<String, ItemEmbedding>> storeBuilder() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STORE),
            Serdes.String(),
            AvroSerde.of(ItemEmbedding.class))
        .withCachingDisabled()
        .withLoggingDisabled();
  }

  /** Makes a change in the store. */
  static void apply(ItemChange change, KeyValueStore<String, ItemEmbedding> store) {
    ItemEmbedding embedding = change.embedding();
    if (embedding == null) {
      store.delete(change.itemId());
    } else {
      store.put(
          change.itemId(),
          ItemEmbedding.newBuilder(embedding).setComponents(NOTHING).setGate(NOTHING).build());
    }
  }

  @Override
  public boolean copyBase(String itemId, float[] target, int position) {
    ItemEmbedding item = store.get(itemId);
    if (item == null) {
      return false;
    }
    PackedFloats.unpack(item.getBase(), target, position);
    return true;
  }

  @Override
  public @Nullable String title(String itemId) {
    ItemEmbedding item = store.get(itemId);
    return item == null ? null : item.getTitle();
  }

  @Override
  public boolean passes(String itemId, SearchFilter filter) {
    if (filter.excludedItems().contains(itemId)
        || (filter.allowedItems() != null && !filter.allowedItems().contains(itemId))) {
      return false;
    }
    ItemEmbedding item = store.get(itemId);
    return item != null
        && item.getAvailable()
        && (filter.anyCategories().isEmpty()
            || !Collections.disjoint(filter.anyCategories(), item.getCategories()))
        && filter.anyAttributes().entrySet().stream()
            .allMatch(wanted -> hasOne(item.getAttributes(), wanted.getKey(), wanted.getValue()));
  }

  private static boolean hasOne(Map<String, String> attributes, String name, Set<String> values) {
    String value = attributes.get(name);
    return value != null && values.contains(value);
  }
}
