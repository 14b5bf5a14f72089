package dev.molstream.updater;

import dev.molstream.model.InvalidBundleException;
import dev.molstream.model.ModelBundle;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.DeadLetters;
import dev.molstream.service.Health;
import dev.molstream.service.InvalidConfigException;
import dev.molstream.service.OpenResources;
import dev.molstream.service.OperationsEndpoint;
import dev.molstream.service.ServiceConfig;
import dev.molstream.service.ServiceMetrics;
import dev.molstream.service.ServiceProcess;
import dev.molstream.service.StreamsService;
import dev.molstream.service.release.BundleStore;
import dev.molstream.service.release.ModelFollower;
import dev.molstream.service.release.ReleaseReader;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running index-updater. Any thread may call it.
 *
 * <p>It embeds for the one configured model, or for every model that is released and not retired.
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

  private final OpenResources open = new OpenResources();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final OperationsEndpoint endpoint;
  private final Health health;
  private final EmbeddingHost host;
  private final ModelFollower<Embedding> follower;

  private IndexUpdater(IndexUpdaterConfig config, @Nullable ModelBundle only) {
    ServiceConfig service = config.service();
    LOG.info("index-updater: {}", service);
    TopicCatalogue topics = TopicCatalogue.of(service.topicPrefix());
    try {
      PrometheusMeterRegistry registry = open.add(ServiceMetrics.of("index-updater")).registry();
      DeadLetters deadLetters =
          open.add(
              DeadLetters.to(
                  topics.name(Topic.DEAD_LETTERS),
                  registry,
                  () -> StreamsService.producer(service)));
      WireFormat format = open.add(WireFormat.of(service.registry()));
      Admin admin = StreamsService.admin(service);
      // Without waiting for what it has asked a broker that does not answer.
      open.add(() -> admin.close(Duration.ZERO));
      String client = service.applicationId() + "-models";
      BundleStore bundles =
          new BundleStore(
              service.modelDirectory(), topics, () -> StreamsService.consumer(service, client));
      host =
          new EmbeddingHost(
              config,
              format,
              deadLetters,
              bundles,
              admin,
              new Retirement(service, admin),
              registry);
      if (only == null) {
        ReleaseReader reader = ReleaseReader.of(StreamsService.consumer(service, client), topics);
        follower = open.add(ModelFollower.of(reader, bundles, host, registry));
      } else {
        follower =
            open.add(
                ModelFollower.ofOne(
                    only.manifest().modelId(), host.embedding(only), host, registry));
      }
      follower.start();
      follower
          .ended()
          .thenAccept(
              closed -> {
                if (!closed) {
                  ended.complete(false);
                }
              });
      health = new Health(follower::broken, this::missing, follower::warnings);
      endpoint =
          open.add(
              OperationsEndpoint.start(service.httpHost(), service.httpPort(), registry, health));
    } catch (RuntimeException e) {
      open.close();
      throw e;
    }
    LOG.info(
        "index-updater: metrics and health on http://{}:{}", service.httpHost(), endpoint.port());
  }

  /**
   * Starts with the configured model, or with those that are released; returns before it is ready.
   * The topics must exist.
   *
   * @throws InvalidBundleException when the configured model cannot be used
   * @throws InvalidConfigException when the operations endpoint cannot listen
   */
  public static IndexUpdater start(IndexUpdaterConfig config) {
    Path bundle = config.service().modelBundle();
    return new IndexUpdater(config, bundle == null ? null : ModelBundle.read(bundle));
  }

  /** True when updates are being embedded for every model. */
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

  /** Without any release there is nothing to wait for: the service is ready for the first. */
  private List<String> missing() {
    List<Embedding> embeddings = host.embeddings();
    if (embeddings.isEmpty() && !follower.hasRead()) {
      return List.of("the releases are being read");
    }
    return embeddings.stream()
        .flatMap(embedding -> embedding.streams().missing().stream())
        .toList();
  }
}
