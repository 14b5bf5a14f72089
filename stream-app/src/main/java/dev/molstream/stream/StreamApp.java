package dev.molstream.stream;

import dev.molstream.model.InvalidBundleException;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.kernel.KernelKind;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.service.DeadLetters;
import dev.molstream.service.Health;
import dev.molstream.service.InvalidConfigException;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.service.OpenResources;
import dev.molstream.service.OperationsEndpoint;
import dev.molstream.service.ServiceConfig;
import dev.molstream.service.ServiceMetrics;
import dev.molstream.service.ServiceProcess;
import dev.molstream.service.StreamsService;
import dev.molstream.stream.user.UserPartitions;
import dev.molstream.stream.user.UserSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.UsePartitionTimeOnInvalidTimestamp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streaming application, running in this process until closed.
 *
 * <pre>{@code
 * try (StreamApp app =
 *     StreamApp.start(
 *         StreamAppConfig.of(
 *             Map.of("bootstrap.servers", "localhost:9092", "model.bundle", "work/model")))) {
 *   …
 * }
 * }</pre>
 *
 * <p>Kafka Streams' threads do the work: the stream threads own histories and answer requests, the
 * global thread owns the item index. All methods may be called from any other thread.
 */
public final class StreamApp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamApp.class);

  private final OpenResources open;
  private final StreamsService streams;
  private final OperationsEndpoint endpoint;
  private final Health health;
  private final String modelId;

  private StreamApp(
      OpenResources open,
      StreamsService streams,
      OperationsEndpoint endpoint,
      Health health,
      String modelId) {
    this.open = open;
    this.streams = streams;
    this.endpoint = endpoint;
    this.health = health;
    this.modelId = modelId;
  }

  /**
   * Loads the model and starts; returns while the index and the histories are still catching up,
   * see {@link #isReady}.
   *
   * @throws InvalidBundleException when the model cannot be used
   * @throws UnusableTopicsException when topics are missing or do not fit together
   * @throws InvalidConfigException when the operations endpoint cannot listen
   */
  public static StreamApp start(StreamAppConfig config) {
    OpenResources open = new OpenResources();
    try {
      return start(config, ModelBundle.read(config.service().modelBundle()), open);
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
  }

  /** True when the index has caught up with its topic and requests are being answered. */
  public boolean isReady() {
    return health.isReady();
  }

  /** Port of the operations endpoint. */
  public int port() {
    return endpoint.port();
  }

  /** The model that ranks. */
  public String modelId() {
    return modelId;
  }

  /** Waits for the end of the process, see {@link ServiceProcess#awaitEnd}. */
  int awaitEnd() throws InterruptedException {
    return ServiceProcess.awaitEnd(open, streams);
  }

  /** Stops, committing what is done; a second call does nothing. */
  @Override
  public void close() {
    open.close();
  }

  private static StreamApp start(StreamAppConfig config, ModelBundle bundle, OpenResources open) {
    ModelManifest model = bundle.manifest();
    ServiceConfig service = config.service();
    LOG.info("stream-app: {}", service);
    TopicCatalogue topics = TopicCatalogue.of(service.topicPrefix());
    UserPartitions partitions = TopicCheck.partitions(service, topics, config.replyTopics());
    PrometheusMeterRegistry registry = open.add(ServiceMetrics.of("stream-app")).registry();
    describe(model, registry);
    String deadLetterTopic = topics.name(Topic.DEAD_LETTERS);
    DeadLetters deadLetters =
        open.add(DeadLetters.to(deadLetterTopic, registry, () -> StreamsService.producer(service)));
    UserSettings users =
        new UserSettings(
            model,
            bundle::openQueryTower,
            config.plan(),
            config.limits(),
            config.decay(),
            partitions,
            registry);
    Topology topology =
        RecommendationTopology.of(
            topics,
            users,
            new ReplyTopics(topics.name(Topic.RECOMMENDATIONS), config.replyTopics()),
            directory -> openIndex(directory, bundle, config.expectedItems()));
    StreamsService streams =
        open.add(StreamsService.start(topology, settings(service, deadLetters), registry));
    Health health = new Health(streams::broken, streams::missing);
    OperationsEndpoint endpoint =
        open.add(
            OperationsEndpoint.start(service.httpHost(), service.httpPort(), registry, health));
    LOG.info("stream-app: metrics and health on http://{}:{}", service.httpHost(), endpoint.port());
    return new StreamApp(open, streams, endpoint, health, model.modelId());
  }

  private static Map<String, Object> settings(ServiceConfig service, DeadLetters deadLetters) {
    Map<String, Object> settings = StreamsService.settings(service, deadLetters);
    // A client's broken clock must not stop the stream.
    settings.putIfAbsent(
        StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
        UsePartitionTimeOnInvalidTimestamp.class);
    settings.putIfAbsent(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreMemory.class);
    return settings;
  }

  private static ItemIndex openIndex(Path directory, ModelBundle bundle, long expectedItems) {
    ModelManifest model = bundle.manifest();
    return ItemIndex.open(
        new IndexSettings(
            directory, model.modelId(), model.shape(), bundle.gating(), expectedItems));
  }

  private static void describe(ModelManifest model, MeterRegistry registry) {
    MolstreamMetric.MODEL_INFO.gauge(
        registry, () -> 1, model.modelId(), model.encoder(), model.similarity());
    String kernel = KernelKind.chosen().name().toLowerCase(Locale.ROOT);
    MolstreamMetric.KERNEL_INFO.gauge(registry, () -> 1, kernel);
  }
}
