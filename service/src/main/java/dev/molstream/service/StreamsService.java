package dev.molstream.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running topology, configured for latency and for failing loudly: an exception that is not about
 * one bad record stops the whole client, {@link #broken} says why, and the process is expected to
 * end with it.
 *
 * <p>All methods may be called from any thread except Kafka Streams' own.
 */
public final class StreamsService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsService.class);
  private static final int LARGEST_FETCH = 480 << 10;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  private final KafkaStreams streams;
  private final KafkaStreamsMetrics metrics;
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final String name;
  private volatile @Nullable String failure;
  private volatile boolean closing;

  private StreamsService(KafkaStreams streams, String name) {
    this.streams = streams;
    this.name = name;
    this.metrics = new KafkaStreamsMetrics(streams);
  }

  /**
   * Starts the topology; returns at once, while it is still joining its group and restoring state.
   *
   * @param settings from {@link #settings}, changed as the service needs
   */
  public static StreamsService start(
      Topology topology, Map<String, Object> settings, MeterRegistry registry) {
    return start(topology, settings, registry, null);
  }

  /**
   * The same, showing how the state is restored.
   *
   * @param restoring called by the threads that restore; null when nobody looks
   */
  public static StreamsService start(
      Topology topology,
      Map<String, Object> settings,
      MeterRegistry registry,
      @Nullable StateRestoreListener restoring) {
    Properties properties = new Properties();
    properties.putAll(settings);
    StreamsService service =
        new StreamsService(
            new KafkaStreams(topology, properties),
            String.valueOf(settings.get(StreamsConfig.APPLICATION_ID_CONFIG)));
    if (restoring != null) {
      service.streams.setGlobalStateRestoreListener(restoring);
    }
    service.streams.setUncaughtExceptionHandler(service::fail);
    service.streams.setStateListener(
        (now, before) -> {
          LOG.info("{}: {} (was {})", service.name, now, before);
          if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
            service.end();
          }
        });
    service.metrics.bindTo(registry);
    Thread.ofPlatform().daemon().name("kafka-streams-start").start(service::run);
    return service;
  }

  /**
   * Settings for {@link #start}: ours for latency, then the operator's {@code kafka.*}, then those
   * that must be as they are.
   */
  public static Map<String, Object> settings(ServiceConfig config, DeadLetters deadLetters) {
    Map<String, Object> settings = new HashMap<>();
    // The default of 100 ms in Kafka Streams is the largest part of the latency of an answer.
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    // With exactly-once, results are seen at the commit; more often than every 40 ms transactions
    // cost two cores more than they give. At least once, it bounds what is done again after a
    // crash.
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.isExactlyOnce() ? 40 : 100);
    if (config.isExactlyOnce()) {
      // The first record of a transaction is refused while the last one's markers are on their way;
      // the client's default of 100 ms until it tries again would be the latency of those answers.
      settings.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), 5);
    }
    if (!"streams".equals(config.kafka().get(StreamsConfig.GROUP_PROTOCOL_CONFIG))) {
      // How long the users of an instance that crashed wait for another to take over. (Under the
      // newer protocol the broker says.)
      settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
    }
    settings.putAll(light());
    settings.putAll(config.kafka());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDirectory().toString());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, config.processingGuarantee());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.streamThreads());
    settings.putAll(deadLetters.streamsSettings());
    return settings;
  }

  /** A producer with the operator's settings that loses and doubles nothing. */
  public static Producer<byte[], byte[]> producer(ServiceConfig config) {
    Map<String, Object> producer =
        clientSettings(config).getProducerConfigs(config.applicationId() + "-dead-letters");
    producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    return new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** A consumer with the operator's settings, in no group, that reads what is committed. */
  public static Consumer<byte[], byte[]> consumer(ServiceConfig config, String clientId) {
    Map<String, Object> consumer = clientSettings(config).getRestoreConsumerConfigs(clientId);
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** An admin client with the operator's settings. */
  public static Admin admin(ServiceConfig config) {
    return Admin.create(clientSettings(config).getAdminConfigs(config.applicationId()));
  }

  /** The client underneath, to read its stores. */
  public KafkaStreams streams() {
    return streams;
  }

  /** Why it has stopped for good, or nothing. */
  public List<String> broken() {
    String why = failure;
    return why == null ? List.of() : List.of(why);
  }

  /** What keeps it from running, or nothing. */
  public List<String> missing() {
    KafkaStreams.State state = streams.state();
    return state == KafkaStreams.State.RUNNING
        ? List.of()
        : List.of(name + ": kafka streams is " + state + ", not RUNNING");
  }

  /**
   * The partitions of {@code topic} that this instance works on; null while that is not settled.
   */
  public @Nullable Set<Integer> activePartitions(String topic) {
    if (!isRunning()) {
      return null;
    }
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .filter(partition -> partition.topic().equals(topic))
        .map(TopicPartition::partition)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** True when it runs: what was missing at the start has been restored. */
  public boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** Completes when it has stopped: with true when it was closed, with false when it failed. */
  public CompletableFuture<Boolean> ended() {
    return ended;
  }

  /** Stops, committing what is done; a second call does nothing. */
  @Override
  public void close() {
    closing = true;
    metrics.close();
    // Without leaving, the group would wait for this member until its session times out, and its
    // partitions with it.
    CloseOptions leaving =
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
    if (!streams.close(leaving)) {
      LOG.warn("{} did not stop within {} s", name, CLOSE_TIMEOUT.toSeconds());
    }
    end();
  }

  private void end() {
    ended.complete(failure == null);
  }

  /**
   * Of all clients. A fetch is one array, and one of half a heap region or more (512 KiB for small
   * heaps) makes G1 start a marking cycle, whose pauses requests wait for, while an index or a
   * bundle is read; a larger record still comes, alone. And metrics are read from the clients, by
   * Micrometer: to register each of several hundred with JMX, too, takes time whenever a feed of a
   * model starts.
   */
  private static Map<String, Object> light() {
    return Map.of(
        StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG),
        LARGEST_FETCH,
        StreamsConfig.METRIC_REPORTER_CLASSES_CONFIG,
        "");
  }

  private static StreamsConfig clientSettings(ServiceConfig config) {
    Map<String, Object> settings = new HashMap<>(light());
    settings.putAll(config.kafka());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    return new StreamsConfig(settings);
  }

  /** On a thread of its own: Kafka Streams waits in here until its global stores have caught up. */
  private void run() {
    try {
      streams.start();
    } catch (RuntimeException e) {
      if (!closing) {
        fail(e);
        end();
      }
    }
  }

  private StreamThreadExceptionResponse fail(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    failure = name + ": kafka streams failed: " + root;
    LOG.error("stopping {}: a failure that no retry repairs", name, cause);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }
}
