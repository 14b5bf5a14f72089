package dev.molstream.stream.model;

import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.service.ServiceConfig;
import dev.molstream.service.StreamsService;
import dev.molstream.stream.facts.FactsProcessor;
import dev.molstream.stream.facts.StoredFacts;
import dev.molstream.stream.index.IndexProgress;
import dev.molstream.stream.request.SearchPlan;
import dev.molstream.stream.request.ServedModel;
import dev.molstream.stream.shard.ShardClient;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * The items of one model where the catalogue is sharded: two Kafka Streams clients, one that keeps
 * the facts about all items and one with this instance's share of the shards.
 */
final class ShardedFeed implements ItemFeed {
  private final ServableModel model;
  private final StreamsService facts;
  private final ShardClient shards;
  private final IndexProgress progress;
  private final MeterRegistry registry;
  private final Meter recordsLeft;
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

  private ShardedFeed(
      ServableModel model,
      StreamsService facts,
      ShardClient shards,
      IndexProgress progress,
      MeterRegistry registry) {
    this.model = model;
    this.facts = facts;
    this.shards = shards;
    this.progress = progress;
    this.registry = registry;
    this.recordsLeft =
        MolstreamMetric.INDEX_RECORDS_LEFT.gauge(registry, progress::recordsLeft, modelId());
    facts.ended().thenAccept(this::endIfFailed);
    shards.ended().thenAccept(this::endIfFailed);
  }

  /**
   * Starts both clients; returns at once, see {@link #isRunning}.
   *
   * @param model whose {@link ServableModel#openIndex} opens the index of one shard
   * @param settings the application ids and the like are set here
   */
  static ShardedFeed start(ServableModel model, ServingSettings settings) {
    String modelId = model.manifest().modelId();
    ServiceConfig service = settings.service();
    MeterRegistry registry = settings.registry();
    IndexProgress progress = new IndexProgress();
    Map<String, Object> own = new HashMap<>(settings.streams());
    own.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(service, modelId));
    Topology topology =
        topology(TopicCatalogue.of(service.topicPrefix()), model, settings.format(), progress);
    return new ShardedFeed(
        model,
        StreamsService.start(topology, own, registry, progress),
        ShardClient.start(
            model.manifest(),
            model::openIndex,
            settings.plan(),
            service,
            settings.format(),
            settings.streams(),
            registry),
        progress,
        registry);
  }

  /** Names the client with the facts and its state directory. */
  static String applicationId(ServiceConfig service, String modelId) {
    return service.applicationId() + "-facts-" + modelId;
  }

  private static Topology topology(
      TopicCatalogue topics, ServableModel model, WireFormat format, IndexProgress progress) {
    return new Topology()
        .addGlobalStore(
            StoredFacts.storeBuilder(),
            "embeddings",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            topics.name(Topic.ITEM_EMBEDDINGS),
            "facts",
            () ->
                new FactsProcessor(
                    model.manifest().modelId(), model.manifest().shape(), format, progress));
  }

  @Override
  public String modelId() {
    return model.manifest().modelId();
  }

  @Override
  public boolean isRunning() {
    return missing().isEmpty();
  }

  @Override
  public IndexProgress progress() {
    return progress;
  }

  @Override
  public List<String> broken() {
    return together(facts.broken(), shards.broken());
  }

  @Override
  public List<String> missing() {
    return together(facts.missing(), shards.missing());
  }

  @Override
  public CompletableFuture<Boolean> ended() {
    return ended;
  }

  @Override
  public ServedModel serve(SearchPlan plan, int threads) {
    StoredFacts known =
        new StoredFacts(
            facts
                .streams()
                .store(
                    StoreQueryParameters.fromNameAndType(
                        StoredFacts.STORE, QueryableStoreTypes.keyValueStore())));
    return ServedModel.sharded(model.manifest(), model::openQueryTower, known, threads);
  }

  @Override
  public void close() {
    registry.remove(recordsLeft);
    shards.close();
    facts.close();
    ended.complete(true);
  }

  private void endIfFailed(boolean closed) {
    if (!closed) {
      ended.complete(false);
    }
  }

  private static List<String> together(List<String> some, List<String> others) {
    List<String> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }
}
