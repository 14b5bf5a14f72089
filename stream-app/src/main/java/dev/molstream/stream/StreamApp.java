package dev.molstream.stream;

import dev.molstream.model.InvalidBundleException;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.kernel.KernelKind;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
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
import dev.molstream.stream.gather.GatherSettings;
import dev.molstream.stream.model.Catalogue;
import dev.molstream.stream.model.ModelLifeCycle;
import dev.molstream.stream.model.ServableModel;
import dev.molstream.stream.model.ServingSettings;
import dev.molstream.stream.request.ServedModels;
import dev.molstream.stream.user.UserPartitions;
import dev.molstream.stream.user.UserSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.UsePartitionTimeOnInvalidTimestamp;
import org.jspecify.annotations.Nullable;
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
 * <p>Kafka Streams' threads do the work: the stream threads own histories and answer requests, and
 * a client of its own feeds the item index of each model. All methods may be called from any other
 * thread.
 */
public final class StreamApp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamApp.class);

  private final OpenResources open = new OpenResources();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final StreamAppConfig config;
  private final TopicCatalogue topics;
  private final UserPartitions partitions;
  private final int shards;
  private final PrometheusMeterRegistry registry;
  private final ServedModels served = new ServedModels();
  private final WireFormat format;
  private final Map<String, Object> settings;
  private final OperationsEndpoint endpoint;
  private final Health health;
  private final ModelLifeCycle models;
  private final CatchUp catchUp;
  // Empty until the first model is ready. Starting and stopping lock it.
  private final AtomicReference<@Nullable StreamsService> answering = new AtomicReference<>();
  private boolean stopped;

  /**
   * Starts with the configured model, or with those that are released; returns while the index and
   * the histories are still catching up, see {@link #isReady}.
   *
   * @throws InvalidBundleException when the model cannot be used
   * @throws UnusableTopicsException when topics are missing or do not fit together
   * @throws InvalidConfigException when the operations endpoint cannot listen
   */
  public static StreamApp start(StreamAppConfig config) {
    Path bundle = config.service().modelBundle();
    return new StreamApp(config, bundle == null ? null : ModelBundle.read(bundle));
  }

  /** True when the index has caught up with its topic and requests are being answered. */
  public boolean isReady() {
    return health.isReady();
  }

  /** Port of the operations endpoint. */
  public int port() {
    return endpoint.port();
  }

  /** Waits for the end of the process, see {@link ServiceProcess#awaitEnd}. */
  int awaitEnd() throws InterruptedException {
    return ServiceProcess.awaitEnd(open, ended);
  }

  /** Stops, committing what is done; a second call does nothing. */
  @Override
  public void close() {
    open.close();
    ended.complete(true);
  }

  private StreamApp(StreamAppConfig config, @Nullable ModelBundle only) {
    ServiceConfig service = config.service();
    LOG.info("stream-app: {}", service);
    this.config = config;
    topics = TopicCatalogue.of(service.topicPrefix());
    partitions = TopicCheck.partitions(service, topics, config.replyTopics());
    boolean sharded = config.catalogue() == Catalogue.SHARDED;
    shards = sharded ? TopicCheck.shards(service, topics) : 1;
    try {
      registry = open.add(ServiceMetrics.of("stream-app")).registry();
      String kernel = KernelKind.chosen().name().toLowerCase(Locale.ROOT);
      MolstreamMetric.KERNEL_INFO.gauge(registry, () -> 1, kernel);
      String deadLetterTopic = topics.name(Topic.DEAD_LETTERS);
      DeadLetters deadLetters =
          open.add(
              DeadLetters.to(deadLetterTopic, registry, () -> StreamsService.producer(service)));
      format = open.add(WireFormat.of(service.registry()));
      settings = settings(service, deadLetters);
      catchUp =
          CatchUp.of(
              open.add(
                  GroupOffsets.now(service, topics.name(Topic.USER_EVENTS), partitions.count())),
              this::ownPartitions,
              config.catchUpPatience(),
              InstantSource.system(),
              registry);
      health = new Health(this::broken, this::missing, this::warnings);
      ServingSettings serving =
          new ServingSettings(
              service,
              config.catalogue(),
              format,
              settings,
              (folder, modelId, sha256) -> servable(ModelBundle.read(folder, modelId, sha256)),
              config.plan(),
              registry);
      models =
          open.add(
              only == null
                  ? ModelLifeCycle.ofReleases(serving, served, this::startAnswering)
                  : ModelLifeCycle.ofOne(servable(only), serving, served, this::startAnswering));
      open.add(this::stopAnswering);
      open.add(catchUp).start();
      endIfFailed(models.ended());
      endpoint =
          open.add(
              OperationsEndpoint.start(service.httpHost(), service.httpPort(), registry, health));
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
    LOG.info("stream-app: metrics and health on http://{}:{}", service.httpHost(), endpoint.port());
  }

  private ServableModel servable(ModelBundle bundle) {
    return ServableModel.of(
        bundle, Math.ceilDiv(config.expectedItems(), shards), config.keptBytesPerThread());
  }

  /** Requests are read once there is a model to answer them; on the models' thread. */
  private void startAnswering() {
    UserSettings users =
        new UserSettings(
            served, config.limits(), config.historyMemory(), config.decay(), partitions, registry);
    ReplyTopics replies = new ReplyTopics(topics.name(Topic.RECOMMENDATIONS), config.replyTopics());
    synchronized (answering) {
      if (!stopped) {
        StreamsService started =
            switch (config.catalogue()) {
              case REPLICATED ->
                  StreamsService.start(
                      RecommendationTopology.of(topics, users, replies, format),
                      settings,
                      registry);
              case SHARDED ->
                  StreamsService.start(
                      RecommendationTopology.sharded(
                          topics,
                          users,
                          replies,
                          format,
                          new GatherSettings(shards, config.gatherMax(), registry)),
                      gathering(settings),
                      registry);
            };
        endIfFailed(started.ended());
        answering.set(started);
      }
    }
  }

  private void stopAnswering() {
    synchronized (answering) {
      stopped = true;
      StreamsService started = answering.get();
      if (started != null) {
        started.close();
      }
    }
  }

  private void endIfFailed(CompletableFuture<Boolean> part) {
    part.thenAccept(
        closed -> {
          if (!closed) {
            ended.complete(false);
          }
        });
  }

  private List<String> broken() {
    List<String> broken = new ArrayList<>(models.broken());
    StreamsService started = answering.get();
    if (started != null) {
      broken.addAll(started.broken());
    }
    return broken;
  }

  private List<String> warnings() {
    return models.warnings();
  }

  private List<String> missing() {
    List<String> missing = new ArrayList<>(models.missing());
    StreamsService started = answering.get();
    missing.addAll(started == null ? List.of("requests are not read yet") : started.missing());
    missing.addAll(catchUp.missing());
    return missing;
  }

  private @Nullable Set<Integer> ownPartitions() {
    StreamsService started = answering.get();
    return started == null ? null : started.activePartitions(topics.name(Topic.USER_EVENTS));
  }

  /** An idle stream thread looks for deadlines as often as it looks for records. */
  private static Map<String, Object> gathering(Map<String, Object> settings) {
    Map<String, Object> own = new HashMap<>(settings);
    own.putIfAbsent(StreamsConfig.POLL_MS_CONFIG, 10L);
    return own;
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
}
