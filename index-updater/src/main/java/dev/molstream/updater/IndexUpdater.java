package dev.molstream.updater;

import dev.molstream.model.InvalidBundleException;
import dev.molstream.model.ItemTower;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
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
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running index-updater. Any thread may call it.
 *
 * <p>It is one consumer group per model: another model embeds the whole catalogue from the start,
 * the same one goes on where it stopped.
 *
 * <pre>{@code
 * try (IndexUpdater updater =
 *     IndexUpdater.start(
 *         IndexUpdaterConfig.of(
 *             Map.of("bootstrap.servers", "localhost:9092", "model.bundle", "work/model")))) {
 *   …
 * }
 * }</pre>
 */
public final class IndexUpdater implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IndexUpdater.class);

  private final OpenResources open;
  private final StreamsService streams;
  private final OperationsEndpoint endpoint;
  private final Health health;
  private final String modelId;

  private IndexUpdater(
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
   * Loads the model and starts; returns before it is ready. The topics must exist.
   *
   * @throws InvalidBundleException when the model cannot be used
   * @throws InvalidConfigException when the operations endpoint cannot listen
   */
  public static IndexUpdater start(IndexUpdaterConfig config) {
    OpenResources open = new OpenResources();
    try {
      return start(config, ModelBundle.read(config.service().modelBundle()), open);
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
  }

  /** True when the model is loaded and updates are being embedded. */
  public boolean isReady() {
    return health.isReady();
  }

  /** Port of the operations endpoint. */
  public int port() {
    return endpoint.port();
  }

  /** The model that embeds. */
  public String modelId() {
    return modelId;
  }

  /** Waits for the end of the process, see {@link ServiceProcess#awaitEnd}. */
  int awaitEnd() throws InterruptedException {
    return ServiceProcess.awaitEnd(open, streams.ended());
  }

  /** Stops, committing what is done; a second call does nothing. */
  @Override
  public void close() {
    open.close();
  }

  private static IndexUpdater start(
      IndexUpdaterConfig config, ModelBundle bundle, OpenResources open) {
    ModelManifest model = bundle.manifest();
    ServiceConfig service = config.service().withApplicationIdSuffix("-" + model.modelId());
    LOG.info("index-updater: {}", service);
    PrometheusMeterRegistry registry = open.add(ServiceMetrics.of("index-updater")).registry();
    MolstreamMetric.MODEL_INFO.gauge(
        registry, () -> 1, model.modelId(), model.encoder(), model.similarity());
    String deadLetterTopic = TopicCatalogue.of(service.topicPrefix()).name(Topic.DEAD_LETTERS);
    DeadLetters deadLetters =
        open.add(DeadLetters.to(deadLetterTopic, registry, () -> StreamsService.producer(service)));
    WireFormat format = open.add(WireFormat.of(service.registry()));
    ItemTower tower = open.add(bundle.openItemTower());

    Map<String, Object> settings = StreamsService.settings(service, deadLetters);
    // A batch's time is looked at between polls: an idle poll must not outlast it.
    settings.putIfAbsent(StreamsConfig.POLL_MS_CONFIG, config.batchWait().toMillis());
    // Each item makes three records: sent one by one they cost more than embedding it. Only the
    // shared default is replaced, an operator's value is text and stays.
    settings.replace(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0, 2);
    StreamsService streams =
        open.add(
            StreamsService.start(
                UpdaterTopology.of(config, model, tower, format, registry), settings, registry));
    Health health = new Health(streams::broken, streams::missing);
    OperationsEndpoint endpoint =
        open.add(
            OperationsEndpoint.start(service.httpHost(), service.httpPort(), registry, health));
    LOG.info(
        "index-updater: metrics and health on http://{}:{}", service.httpHost(), endpoint.port());
    return new IndexUpdater(open, streams, endpoint, health, model.modelId());
  }
}
