package dev.molstream.demo;

import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.service.Settings;
import dev.molstream.service.release.GroupLag;
import dev.molstream.stream.StreamApp;
import dev.molstream.stream.StreamAppConfig;
import dev.molstream.updater.IndexUpdater;
import dev.molstream.updater.IndexUpdaterConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigDef;

/** The topics, the index-updater and the stream application, in this process. */
public final class LiveServices implements AutoCloseable {
  private static final short ONE_REPLICA = 1;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Running running;
  private final Admin admin;
  private final TopicCatalogue topics;
  private final IndexUpdater updater;
  private final StreamApp app;

  private LiveServices(
      Running running, Admin admin, TopicCatalogue topics, IndexUpdater updater, StreamApp app) {
    this.running = running;
    this.admin = admin;
    this.topics = topics;
    this.updater = updater;
    this.app = app;
  }

  /**
   * Creates the topics that are missing and starts both services for one model; returns when they
   * are ready.
   *
   * @param state where the services keep their state
   */
  public static LiveServices start(
      String bootstrapServers, TopicCatalogue topics, Path bundle, Path state) {
    return start(bootstrapServers, topics, bundle, state, Map.of());
  }

  /**
   * The same with settings of one's own.
   *
   * @param further by key, each for the services that know it
   */
  public static LiveServices start(
      String bootstrapServers,
      TopicCatalogue topics,
      Path bundle,
      Path state,
      Map<String, String> further) {
    LiveServices services = open(bootstrapServers, topics, bundle.toString(), state, further);
    try {
      services.awaitReady();
      return services;
    } catch (RuntimeException e) {
      services.close();
      throw e;
    }
  }

  /**
   * The same for the models that are released; returns at once, since there may be none yet, see
   * {@link #awaitReady}.
   */
  public static LiveServices following(String bootstrapServers, TopicCatalogue topics, Path state) {
    return following(bootstrapServers, topics, state, Map.of());
  }

  /**
   * The same with settings of one's own.
   *
   * @param further by key, each for the services that know it
   */
  public static LiveServices following(
      String bootstrapServers, TopicCatalogue topics, Path state, Map<String, String> further) {
    return open(bootstrapServers, topics, "", state, further);
  }

  /** Waits until requests are answered. */
  public void awaitReady() {
    Waiting.until("the services are ready", PATIENCE, () -> updater.isReady() && app.isReady());
  }

  private static LiveServices open(
      String bootstrapServers,
      TopicCatalogue topics,
      String bundle,
      Path state,
      Map<String, String> further) {
    Running running = Running.untilClosed();
    try {
      Admin admin = running.add(Admin.create(Map.of("bootstrap.servers", bootstrapServers)));
      topics.create(admin, ONE_REPLICA);
      Map<String, String> settings =
          new HashMap<>(
              Map.of(
                  "bootstrap.servers",
                  bootstrapServers,
                  "topic.prefix",
                  topics.prefix(),
                  "model.bundle",
                  bundle,
                  "state.dir",
                  state.toString(),
                  "http.port",
                  "0",
                  // A million events are read sooner with fewer commits, and latency does not
                  // depend on them at least once.
                  "kafka.commit.interval.ms",
                  "1000"));
      settings.putAll(further);
      IndexUpdater updater =
          running.add(
              IndexUpdater.start(
                  IndexUpdaterConfig.of(known(IndexUpdaterConfig.definition(), settings))));
      StreamApp app =
          running.add(
              StreamApp.start(StreamAppConfig.of(known(StreamAppConfig.definition(), settings))));
      return new LiveServices(running, admin, topics, updater, app);
    } catch (RuntimeException e) {
      running.close();
      throw e;
    }
  }

  /** Waits until all items are searchable. */
  public void awaitItems(long items, Progress progress) {
    try (Progress.Task task = progress.begin("embedding items", items)) {
      Waiting.whileAdvancing("the items are in the index", items, task, this::indexedItems);
    }
  }

  /** Waits until every event that the broker holds is in a history. */
  public void awaitEvents(Progress progress) {
    GroupLag lag =
        GroupLag.of(
            admin,
            topics.prefix() + StreamAppConfig.APPLICATION_ID,
            topics.name(Topic.USER_EVENTS));
    long events = lag.records();
    try (Progress.Task task = progress.begin("reading histories", events)) {
      Waiting.whileAdvancing("the events are in the histories", events, task, lag::recordsRead);
    }
  }

  /** How many items the stream application's index holds, as its metrics say. */
  public long indexedItems() {
    try (ServiceProbe probe = ServiceProbe.of(appUrl())) {
      return (long) probe.sum(MolstreamMetric.INDEX_ITEMS.prometheusName());
    }
  }

  /** Where the stream application has /metrics and /health. */
  public URI appUrl() {
    return URI.create("http://127.0.0.1:" + app.port());
  }

  /** Where the index-updater has /metrics and /health. */
  public URI updaterUrl() {
    return URI.create("http://127.0.0.1:" + updater.port());
  }

  @Override
  public void close() {
    running.close();
  }

  private static Map<String, String> known(ConfigDef definition, Map<String, String> settings) {
    Map<String, String> known = new HashMap<>(settings);
    known
        .keySet()
        .removeIf(
            key -> !key.startsWith(Settings.KAFKA_PREFIX) && !definition.names().contains(key));
    return known;
  }
}
