package dev.molstream.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/**
 * One Kafka node, broker and controller in one, listening on loopback only. Its data live in a
 * directory: starting again on the same directory and port is a restart that keeps every record.
 *
 * <p>Threads: start and close it from platform threads. On a virtual thread Kafka's class
 * initialisation pins the carriers, and a machine with two cores deadlocks.
 */
public final class EmbeddedBroker implements AutoCloseable {
  /** The port Kafka clients expect. */
  public static final int DEFAULT_PORT = 9092;

  private static final String LOOPBACK = "127.0.0.1";
  private static final String CLUSTER_ID = "bW9sc3RyZWFtLWRlbW8tMQ";
  private static final int NODE_ID = 1;

  private final KafkaRaftServer server;
  private final int port;
  private boolean closed;

  private EmbeddedBroker(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Starts a broker and returns when it serves.
   *
   * @param directory holds the broker's data; created when missing
   * @param port 1 to 65535, or 0 for any free one
   * @throws PortInUseException when something else listens on the port
   */
  public static EmbeddedBroker start(Path directory, int port) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a broker must be started from a platform thread");
    }
    int clientPort = bindable(port);
    int controllerPort = bindable(0);
    Path data = format(directory);
    KafkaConfig config = KafkaConfig.fromProps(settings(data, clientPort, controllerPort), false);
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    server.startup();
    return new EmbeddedBroker(server, clientPort);
  }

  /**
   * Checks that a broker could listen there.
   *
   * @throws PortInUseException when something else does
   */
  public static void requireFree(int port) {
    bindable(port);
  }

  /** Where clients connect: {@code 127.0.0.1:PORT}. */
  public String bootstrapServers() {
    return LOOPBACK + ":" + port;
  }

  /** The port clients connect to. */
  public int port() {
    return port;
  }

  /** Stops the broker cleanly and waits until it has. Idempotent. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      server.shutdown();
      server.awaitShutdown();
    }
  }

  private static Path format(Path directory) {
    try {
      Path data = Files.createDirectories(directory).toAbsolutePath();
      new Formatter()
          .setNodeId(NODE_ID)
          .setClusterId(CLUSTER_ID)
          .addDirectory(data.toString())
          .setMetadataLogDirectory(data.toString())
          .setControllerListenerName("CONTROLLER")
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .setIgnoreFormatted(true)
          .setPrintStream(new PrintStream(PrintStream.nullOutputStream()))
          .run();
      return data;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot format " + directory + " for Kafka", e);
    }
  }

  private static Properties settings(Path data, int clientPort, int controllerPort) {
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("log.dirs", data.toString());
    settings.put(
        "listeners",
        "CLIENT://%1$s:%2$d,CONTROLLER://%1$s:%3$d"
            .formatted(LOOPBACK, clientPort, controllerPort));
    settings.put("listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "CLIENT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("controller.quorum.voters", NODE_ID + "@" + LOOPBACK + ":" + controllerPort);
    settings.put("auto.create.topics.enable", "false");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    // One node: nobody else can join a group late, and a restart need not outwait its old session.
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.streams.initial.rebalance.delay.ms", "0");
    settings.put("num.io.threads", "2");
    settings.put("num.network.threads", "2");
    // Sparse and mapped: where disks read far ahead, a first touch makes all the zeros at once.
    settings.put("log.index.size.max.bytes", Integer.toString(512 << 10));
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    return settings;
  }

  /** The port, or a free one for 0, after checking that it can be bound. */
  private static int bindable(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), port));
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new PortInUseException(port, e);
    }
  }
}
