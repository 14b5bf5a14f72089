package dev.molstream.updater;

import dev.molstream.model.ItemTower;
import dev.molstream.model.ModelManifest;
import dev.molstream.schemas.ItemEmbedding;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** {@code item-updates → embed → item-embeddings}, with what waits to be embedded in a store. */
final class UpdaterTopology {
  // What waits is deleted within milliseconds: closing segments early keeps the changelog, which
  // is read whole at start, to a few megabytes.
  private static final Map<String, String> CHANGELOG =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
          TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(8 << 20),
          TopicConfig.SEGMENT_MS_CONFIG, "600000",
          TopicConfig.DELETE_RETENTION_MS_CONFIG, "60000",
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1");

  private UpdaterTopology() {}

  /**
   * The topology of one model.
   *
   * @param tower borrowed, used by all tasks in turn
   */
  static Topology of(
      IndexUpdaterConfig config,
      ModelManifest model,
      ItemTower tower,
      WireFormat format,
      MeterRegistry registry) {
    TopicCatalogue topics = TopicCatalogue.of(config.service().topicPrefix());
    ItemUpdateRules rules = new ItemUpdateRules(model.features().contentDimension());
    ItemEmbedder embedder = new ItemEmbedder(model, tower, registry);
    StoreBuilder<KeyValueStore<String, PendingItem>> pending =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(EmbedItems.PENDING_STORE),
                Serdes.String(),
                PendingItem.serde())
            .withLoggingEnabled(CHANGELOG);
    return new Topology()
        .addSource(
            Topic.ITEM_UPDATES.suffix(),
            Serdes.String().deserializer(),
            format.serde(ItemUpdate.class).deserializer(),
            topics.name(Topic.ITEM_UPDATES))
        .addProcessor(
            "embed",
            () ->
                new EmbedItems(
                    model.modelId(),
                    rules,
                    embedder,
                    config.batchSize(),
                    config.batchWait(),
                    registry),
            Topic.ITEM_UPDATES.suffix())
        .addStateStore(pending, "embed")
        .addSink(
            Topic.ITEM_EMBEDDINGS.suffix(),
            topics.name(Topic.ITEM_EMBEDDINGS),
            Serdes.String().serializer(),
            format.serde(ItemEmbedding.class).serializer(),
            "embed");
  }
}
