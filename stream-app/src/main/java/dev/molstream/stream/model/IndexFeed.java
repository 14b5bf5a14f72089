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
import dev.molstream.stream.index.ItemIndexStoreBuilder;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.HashMap;
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
public final class IndexFeed implements AutoCloseable {
  private final String modelId;
  private final StreamsService streams;
  private final IndexProgress progress;
  private final AtomicReference<@Nullable ItemIndex> index;
  private final MeterRegistry registry;
  private final Meter recordsLeft;

  private IndexFeed(
      String modelId,
      StreamsService streams,
      IndexProgress progress,
      AtomicReference<@Nullable ItemIndex> index,
      MeterRegistry registry) {
    this.modelId = modelId;
    this.streams = streams;
    this.progress = progress;
    this.index = index;
    this.registry = registry;
    this.recordsLeft =
        MolstreamMetric.INDEX_RECORDS_LEFT.gauge(registry, progress::recordsLeft, modelId);
  }

  /**
   * Starts feeding; returns at once, see {@link #isRunning}.
   *
   * @param service what the application is told
   * @param format how embeddings are written; borrowed
   * @param settings for Kafka Streams; application id and the like are set here
   */
  public static IndexFeed start(
      ServableModel model,
      ServiceConfig service,
      WireFormat format,
      Map<String, Object> settings,
      MeterRegistry registry) {
    String modelId = model.manifest().modelId();
    Map<String, Object> own = new HashMap<>(settings);
    own.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(service, modelId));
    AtomicReference<@Nullable ItemIndex> index = new AtomicReference<>();
    IndexProgress progress = new IndexProgress();
    Topology topology =
        topology(
            TopicCatalogue.of(service.topicPrefix()),
            modelId,
            format,
            directory -> opened(index, model.openIndex(directory)),
            progress,
            registry);
    StreamsService streams = StreamsService.start(topology, own, registry, progress);
    return new IndexFeed(modelId, streams, progress, index, registry);
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
            new ItemIndexStoreBuilder(opener, modelId, registry),
            "embeddings",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            topics.name(Topic.ITEM_EMBEDDINGS),
            "index",
            () -> new EmbeddingProcessor(modelId, format, progress, registry));
  }

  /** The model whose items it feeds. */
  public String modelId() {
    return modelId;
  }

  /** True when the index holds what the topic held at the start, and follows it. */
  public boolean isRunning() {
    return streams.isRunning();
  }

  /** How far it has come. */
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
      throw new IllegalStateException("the item index of " + modelId + " is not open");
    }
    return open;
  }

  /** Completes when it has stopped: with true when it was closed, with false when it failed. */
  public CompletableFuture<Boolean> ended() {
    return streams.ended();
  }

  /** The client underneath. */
  StreamsService streams() {
    return streams;
  }

  /** Stops and closes the index: nobody may search it any more. A second call does nothing. */
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
