package dev.molstream.bench;

import dev.molstream.demo.Progress;
import dev.molstream.demo.Running;
import dev.molstream.demo.ServiceProbe;
import dev.molstream.demo.Waiting;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.service.release.GroupLag;
import dev.molstream.stream.StreamAppConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * A broker, an index-updater and a stream-app on this machine, each in a process of its own as in
 * production: nobody's garbage collection or compilation stops another, and a service can be
 * killed. One thread.
 */
public final class Installation {
  private static final short ONE_REPLICA = 1;
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final Duration LOAD_PATIENCE = Duration.ofMinutes(30);
  private static final List<String> BROKER_FLAGS = List.of("-Xmx512m");
  private static final List<String> UPDATER_FLAGS = List.of("-Xmx512m");

  private final Running running;
  private final Path directory;
  private final @Nullable Path bundle;
  private final List<String> appFlags;
  private final TopicCatalogue topics = TopicCatalogue.of("");
  private final String bootstrapServers;
  private final ChildProcess broker;
  private final Admin admin;
  private @Nullable RunningApp app;

  private record RunningApp(ChildProcess process, ServiceProbe probe) {}

  private Installation(
      Running running,
      Path directory,
      @Nullable Path bundle,
      List<String> appFlags,
      String bootstrapServers,
      ChildProcess broker,
      Admin admin) {
    this.running = running;
    this.directory = directory;
    this.bundle = bundle;
    this.appFlags = List.copyOf(appFlags);
    this.bootstrapServers = bootstrapServers;
    this.broker = broker;
    this.admin = admin;
  }

  /**
   * Starts the broker and creates the topics; no service yet.
   *
   * @param running what is started is added to it, and runs until that is closed
   * @param directory for everything's data and logs
   * @param bundle the services' one model; null: they follow the released ones, and a stream-app is
   *     not ready before one is live
   * @param appFlags flags of stream-app's JVM
   */
  public static Installation start(
      Running running, Path directory, @Nullable Path bundle, List<String> appFlags) {
    int port = freePort();
    ChildProcess broker =
        running.add(
            ChildProcess.start(
                "broker",
                directory.resolve("broker.log"),
                BROKER_FLAGS,
                List.of(
                    "broker",
                    "--port",
                    Integer.toString(port),
                    "--directory",
                    directory.resolve("broker").toString())));
    String bootstrapServers = "127.0.0.1:" + port;
    Admin admin =
        running.add(
            Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers)));
    Installation installation =
        new Installation(running, directory, bundle, appFlags, bootstrapServers, broker, admin);
    Waiting.until("the broker is there", START_PATIENCE, installation::hasBroker);
    installation.topics.create(admin, ONE_REPLICA);
    return installation;
  }

  /** Where clients connect. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** The topics there. */
  public TopicCatalogue topics() {
    return topics;
  }

  /** Starts the index-updater and waits until it is ready, be it without any released model. */
  public void startUpdater() {
    int port = freePort();
    ChildProcess updater = startService("index-updater", UPDATER_FLAGS, port, Map.of());
    try (ServiceProbe probe = probe(port)) {
      awaitReady("index-updater", updater, probe, START_PATIENCE);
    }
  }

  /**
   * Starts the stream-app and waits until it is ready.
   *
   * @param settings beside those for where everything is
   * @return from the start of the process until it said it was ready
   */
  public Duration startApp(Map<String, String> settings) {
    if (app != null) {
      throw new IllegalStateException("the stream-app is running already");
    }
    int port = freePort();
    ChildProcess process = startService("stream-app", appFlags, port, settings);
    ServiceProbe probe = probe(port);
    app = new RunningApp(process, probe);
    return awaitReady("stream-app", process, probe, LOAD_PATIENCE);
  }

  /** Ends the stream-app with SIGTERM and waits until it has ended. */
  public void stopApp() {
    endApp(ChildProcess::stop);
  }

  /** Ends the stream-app with SIGKILL. */
  public void killApp() {
    endApp(ChildProcess::kill);
  }

  /** A stream-app of its own name, of one or several beside each other. One thread. */
  public static final class Instance implements AutoCloseable {
    private final String name;
    private final ChildProcess process;
    private final ServiceProbe probe;

    private Instance(String name, ChildProcess process, ServiceProbe probe) {
      this.name = name;
      this.process = process;
      this.probe = probe;
    }

    /** Waits until it says that it is ready. */
    public void awaitReady() {
      Installation.awaitReady(name, process, probe, LOAD_PATIENCE);
    }

    /** Ends it with SIGKILL. */
    public void kill() {
      probe.close();
      process.kill();
    }

    /** Ends it with SIGTERM and waits until it has ended. */
    @Override
    public void close() {
      probe.close();
      process.stop();
    }
  }

  /**
   * Starts a stream-app, of one or several, and returns at once.
   *
   * @param name of its own, for its state and its log
   * @param settings beside those for where everything is
   */
  public Instance startInstance(String name, Map<String, String> settings) {
    int port = freePort();
    ChildProcess process = startService("stream-app", name, appFlags, port, settings);
    return new Instance(name, process, probe(port));
  }

  /** Where the stream-app keeps its state; it must not run while somebody else changes it. */
  public Path appState() {
    return directory.resolve("stream-app");
  }

  /** How long ago the stream-app was started. */
  public Duration appAge() {
    return app().process().age();
  }

  /** How many items the stream-app's index holds, as its metrics say. */
  public long indexedItems() {
    return (long) app().probe().sum(MolstreamMetric.INDEX_ITEMS.prometheusName());
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
        GroupLag.of(admin, StreamAppConfig.APPLICATION_ID, topics.name(Topic.USER_EVENTS));
    long events = lag.records();
    try (Progress.Task task = progress.begin("reading histories", events)) {
      Waiting.whileAdvancing("the events are in the histories", events, task, lag::recordsRead);
    }
  }

  private ChildProcess startService(
      String service, List<String> flags, int port, Map<String, String> settings) {
    return startService(service, service, flags, port, settings);
  }

  private ChildProcess startService(
      String service, String name, List<String> flags, int port, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("bootstrap.servers", bootstrapServers);
    all.put("model.bundle", bundle == null ? "" : bundle.toString());
    all.put("state.dir", directory.resolve(name).toString());
    all.put("http.port", Integer.toString(port));
    List<String> arguments = new ArrayList<>(List.of(service, "--log-level", "info"));
    all.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return running.add(
        ChildProcess.start(name, directory.resolve(name + ".log"), flags, arguments));
  }

  private static Duration awaitReady(
      String name, ChildProcess process, ServiceProbe probe, Duration patience) {
    Waiting.until(
        name + " is ready",
        patience,
        () -> {
          process.requireAlive();
          return probe.isReady();
        });
    return process.age();
  }

  private void endApp(Consumer<ChildProcess> ending) {
    RunningApp ended = app();
    app = null;
    ended.probe().close();
    ending.accept(ended.process());
  }

  private RunningApp app() {
    if (app == null) {
      throw new IllegalStateException("the stream-app is not running");
    }
    return app;
  }

  private boolean hasBroker() {
    broker.requireAlive();
    try {
      return !admin.describeCluster().nodes().get().isEmpty();
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static ServiceProbe probe(int port) {
    return ServiceProbe.of(URI.create("http://127.0.0.1:" + port));
  }

  /** A port that was free a moment ago. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
