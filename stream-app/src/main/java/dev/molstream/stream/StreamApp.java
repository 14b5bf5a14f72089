package dev.molstream.stream;

import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.service.DeadLetters;
import dev.molstream.service.Health;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.service.OperationsEndpoint;
import dev.molstream.service.ServiceConfig;
import dev.molstream.service.ServiceMetrics;
import dev.molstream.service.StreamsService;
import dev.molstream.stream.user.UserPartitions;
import dev.molstream.stream.user.UserSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.UsePartitionTimeOnInvalidTimestamp;

/**
 * The streaming application, running in this process until closed.
 *
 * <p>Kafka Streams' threads do the work: the stream threads own histories and answer requests, the
 * global thread owns the item index. All methods may be called from any other thread.
 */
public final class StreamApp implements AutoCloseable {
  private final ServiceMetrics metrics;
  private final DeadLetters deadLetters;
  private final StreamsService streams;
  private final Health health;
  private final OperationsEndpoint endpoint;

  private StreamApp(
      ServiceMetrics metrics,
      DeadLetters deadLetters,
      StreamsService streams,
      Health health,
      OperationsEndpoint endpoint) {
    this.metrics = metrics;
    this.deadLetters = deadLetters;
    this.streams = streams;
    this.health = health;
    this.endpoint = endpoint;
  }

  /**
   * Reads the model and starts; returns while the index and the histories are still catching up,
   * see {@link #isReady}.
   *
   * @throws dev.molstream.model.InvalidBundleException when the model cannot be used
   * @throws UnusableTopicsException when topics are missing or do not fit together
   */
  public static StreamApp start(StreamAppConfig config) {
    ServiceConfig service = config.service();
    ModelBundle bundle = ModelBundle.read(service.modelBundle());
    TopicCatalogue topics = TopicCatalogue.of(service.topicPrefix());
    UserPartitions partitions = TopicCheck.partitions(service, topics, config.replyTopics());
    ServiceMetrics metrics = ServiceMetrics.of("stream-app");
    describe(bundle.manifest(), metrics.registry());
    DeadLetters deadLetters =
        DeadLetters.to(
            topics.name(Topic.DEAD_LETTERS),
            metrics.registry(),
            () -> StreamsService.producer(service));
    UserSettings users =
        new UserSettings(
            bundle.manifest(),
            bundle::openQueryTower,
            config.plan(),
            config.historyMaxEvents(),
            config.decay(),
            partitions,
            metrics.registry());
    StreamsService streams =
        StreamsService.start(
            RecommendationTopology.of(
                topics,
                users,
                new ReplyTopics(topics.name(Topic.RECOMMENDATIONS), config.replyTopics()),
                directory -> openIndex(directory, bundle, config.expectedItems())),
            settings(service, deadLetters),
            metrics.registry());
    Health health = new Health(streams::broken, streams::missing);
    MolstreamMetric.READY.gauge(metrics.registry(), () -> health.isReady() ? 1 : 0);
    try {
      OperationsEndpoint endpoint =
          OperationsEndpoint.start(
              service.httpHost(), service.httpPort(), metrics.registry(), health);
      return new StreamApp(metrics, deadLetters, streams, health, endpoint);
    } catch (RuntimeException e) {
      streams.close();
      deadLetters.close();
      metrics.close();
      throw e;
    }
  }

  /** True when the index has caught up with its topic and requests are being answered. */
  public boolean isReady() {
    return health.isReady();
  }

  /** What keeps it from being ready, or nothing. */
  public Health health() {
    return health;
  }

  /** The port of /metrics and /health. */
  public int port() {
    return endpoint.port();
  }

  /**
   * Waits until it has stopped.
   *
   * @return true when it was closed, false when it failed
   */
  public boolean awaitEnd() throws InterruptedException {
    return streams.awaitEnd();
  }

  /** Stops, committing what is done; a second call does nothing. */
  @Override
  public void close() {
    endpoint.close();
    streams.close();
    deadLetters.close();
    metrics.close();
  }

  private static Map<String, Object> settings(ServiceConfig service, DeadLetters deadLetters) {
    Map<String, Object> settings = new HashMap<>(StreamsService.settings(service, deadLetters));
    settings.put(
        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
        UsePartitionTimeOnInvalidTimestamp.class);
    settings.putIfAbsent(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreMemory.class);
    return settings;
  }

  private static ItemIndex openIndex(Path directory, ModelBundle bundle, long expectedItems) {
    ModelManifest manifest = bundle.manifest();
    return ItemIndex.open(
        new IndexSettings(
            directory, manifest.modelId(), manifest.shape(), bundle.gating(), expectedItems));
  }

  private static void describe(ModelManifest manifest, MeterRegistry registry) {
    MolstreamMetric.MODEL_INFO.gauge(
        registry, () -> 1, manifest.modelId(), manifest.encoder(), manifest.similarity());
  }
}
