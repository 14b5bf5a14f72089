package dev.molstream.stream.shard;

import dev.molstream.model.ModelManifest;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ShardAnswer;
import dev.molstream.schemas.ShardQuery;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import dev.molstream.stream.index.ItemChange;
import dev.molstream.stream.index.SourcedStoreBuilder;
import dev.molstream.stream.request.SearchPlan;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * The topology of one model's shards, a task for each partition:
 *
 * <pre>
 * item-embeddings ──► update ──► (shard-index)
 *                                     │
 * shard-queries ────────────────► search ──► shard-answers
 * </pre>
 */
final class ShardTopology {
  private static final String QUERIES = "queries";
  private static final String SEARCH = "search";

  private ShardTopology() {}

  /**
   * Builds the topology.
   *
   * @param format how embeddings are written; queries and answers are in single-object encoding
   * @param opener opens a shard's index in a directory
   */
  static Topology of(
      TopicCatalogue topics,
      ModelManifest model,
      WireFormat format,
      SearchPlan plan,
      Function<Path, ItemIndex> opener,
      OpenShards open,
      ShardProgress progress,
      MeterRegistry registry) {
    String modelId = model.modelId();
    return new Topology()
        .addReadOnlyStateStore(
            new SourcedStoreBuilder<>(
                ShardStore.STORE,
                () -> new ShardStore(opener, new ItemChange.Reader(modelId, format), open)),
            "embeddings",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            topics.name(Topic.ITEM_EMBEDDINGS),
            "update",
            () -> new ShardUpdate(modelId, format, registry))
        .addSource(
            AutoOffsetReset.earliest(),
            QUERIES,
            new LastInTask(),
            new ByteArrayDeserializer(),
            AvroSerde.of(ShardQuery.class).deserializer(),
            topics.name(Topic.SHARD_QUERIES))
        .addProcessor(
            SEARCH,
            () -> new ShardSearch(modelId, model.shape(), plan, progress, registry),
            QUERIES)
        .connectProcessorAndStateStores(SEARCH, ShardStore.STORE)
        .addSink(
            "answers",
            topics.name(Topic.SHARD_ANSWERS),
            new ByteArraySerializer(),
            AvroSerde.of(ShardAnswer.class).serializer(),
            (topic, key, answer, partitions) -> Optional.of(Set.of(answer.getAskerPartition())),
            SEARCH);
  }
}
