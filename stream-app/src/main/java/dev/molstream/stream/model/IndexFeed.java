package dev.molstream.stream.model;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.service.ServiceConfig;
import dev.molstream.service.StreamsService;
import dev.molstream.stream.index.EmbeddingProcessor;
import dev.molstream.stream.index.IndexProgress;
import dev.molstream.stream.index.ItemIndexStore;
import dev.molstream.stream.index.SourcedStoreBuilder;
import dev.molstream.stream.request.SearchPlan;
import dev.molstream.stream.request.ServedModel;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the item index of one model up to date: a Kafka Streams client of its own, whose topology
 * is item-embeddings → index and nothing else. So each model's index is built, caught up with and
 * dropped beside the others, while requests are answered.
 *
 * <p>The global stream thread of that client opens, writes and closes the index. All methods may be
 * called from any other thread.
 */
public final class IndexFeed implements ItemFeed {
  private final ServableModel model;
  private final StreamsService streams;
  private final IndexProgress progress;
  private final AtomicReference<@Nullable ItemIndex> index;
  private final MeterRegistry registry;
  private final Meter recordsLeft;

  private IndexFeed(
      ServableModel model,
      StreamsService streams,
      IndexProgress progress,
      AtomicReference<@Nullable ItemIndex> index,
      MeterRegistry registry) {
    this.model = model;
    this.streams = streams;
    this.progress = progress;
    this.index = index;
    this.registry = registry;
    this.recordsLeft =
        MolstreamMetric.INDEX_RECORDS_LEFT.gauge(registry, progress::recordsLeft, modelId());
  }

  /**
   * Starts feeding; returns at once, see {@link #isRunning}.
   *
   * @param settings the application id and the like are set here
   */
  static IndexFeed start(ServableModel model, ServingSettings settings) {
    String modelId = model.manifest().modelId();
    ServiceConfig service = settings.service();
    MeterRegistry registry = settings.registry();
    Map<String, Object> own = new HashMap<>(settings.streams());
    own.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(service, modelId));
    AtomicReference<@Nullable ItemIndex> index = new AtomicReference<>();
    IndexProgress progress = new IndexProgress();
    Topology topology =
        topology(
            TopicCatalogue.of(service.topicPrefix()),
            modelId,
            settings.format(),
            directory -> opened(index, model.openIndex(directory)),
            progress,
            registry);
    StreamsService streams = StreamsService.start(topology, own, registry, progress);
    return new IndexFeed(model, streams, progress, index, registry);
  }

  /** Names the client and its state directory. */
  static String applicationId(ServiceConfig service, String modelId) {
    return service.applicationId() + "-index-" + modelId;
  }

  /**
   * The topology.
   *
   * @param opener opens the index in a directory
   */
  public static Topology topology(
      TopicCatalogue topics,
      String modelId,
      WireFormat format,
      Function<Path, ItemIndex> opener,
      IndexProgress progress,
      MeterRegistry registry) {
    return new Topology()
        .addGlobalStore(
            new SourcedStoreBuilder<>(
                ItemIndexStore.STORE, () -> new ItemIndexStore(opener, modelId, registry)),
            "embeddings",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            topics.name(Topic.ITEM_EMBEDDINGS),
            "index",
            () -> new EmbeddingProcessor(modelId, format, progress, registry));
  }

  @Override
  public String modelId() {
    return model.manifest().modelId();
  }

  @Override
  public boolean isRunning() {
    return streams.isRunning();
  }

  @Override
  public List<String> broken() {
    return streams.broken();
  }

  @Override
  public List<String> missing() {
    return streams.missing();
  }

  @Override
  public ServedModel serve(SearchPlan plan, int threads) {
    return ServedModel.open(model.manifest(), model::openQueryTower, index(), plan, threads);
  }

  @Override
  public IndexProgress progress() {
    return progress;
  }

  /**
   * The index, open until this is closed.
   *
   * @throws IllegalStateException before {@link #isRunning}
   */
  public ItemIndex index() {
    ItemIndex open = index.get();
    if (open == null) {
      throw new IllegalStateException("the item index of " + modelId() + " is not open");
    }
    return open;
  }

  @Override
  public CompletableFuture<Boolean> ended() {
    return streams.ended();
  }

  @Override
  public void close() {
    registry.remove(recordsLeft);
    streams.close();
  }

  private static ItemIndex opened(AtomicReference<@Nullable ItemIndex> reference, ItemIndex index) {
    reference.set(index);
    return index;
  }
}
