package dev.molstream.stream.shard;

import dev.molstream.model.ModelManifest;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.service.ServiceConfig;
import dev.molstream.service.StreamsService;
import dev.molstream.stream.request.SearchPlan;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * This instance's share of one model's shards: a Kafka Streams client of its own, in a group with
 * those of the other instances. All methods may be called from any thread but Kafka Streams'.
 */
public final class ShardClient implements AutoCloseable {
  private final StreamsService streams;
  private final ShardProgress progress;
  private final MeterRegistry registry;
  private final List<Meter> gauges;

  private ShardClient(
      StreamsService streams, ShardProgress progress, MeterRegistry registry, List<Meter> gauges) {
    this.streams = streams;
    this.progress = progress;
    this.registry = registry;
    this.gauges = gauges;
  }

  /**
   * Joins the group; returns at once, see {@link #missing}.
   *
   * @param opener opens the index of one shard in a directory
   * @param format how embeddings are written; borrowed
   * @param settings for Kafka Streams; application id and the like are set here
   */
  public static ShardClient start(
      ModelManifest model,
      Function<Path, ItemIndex> opener,
      SearchPlan plan,
      ServiceConfig service,
      WireFormat format,
      Map<String, Object> settings,
      MeterRegistry registry) {
    OpenShards open = new OpenShards();
    ShardProgress progress = new ShardProgress();
    Topology topology =
        ShardTopology.of(
            TopicCatalogue.of(service.topicPrefix()),
            model,
            format,
            plan,
            opener,
            open,
            progress,
            registry);
    Map<String, Object> own = new HashMap<>(settings);
    own.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(service, model.modelId()));
    own.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, 0L); // see LastInTask
    // How soon the others hear that an instance has left, and take over its shards.
    own.putIfAbsent(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 500);
    List<Meter> gauges =
        List.of(
            MolstreamMetric.INDEX_ITEMS.gauge(
                registry, () -> open.sum(ItemIndex::size), model.modelId()),
            MolstreamMetric.INDEX_BYTES.gauge(
                registry, () -> open.sum(ItemIndex::retainedBytes), model.modelId()));
    return new ShardClient(
        StreamsService.start(topology, own, registry), progress, registry, gauges);
  }

  /** Names the group, the client and its state directory. */
  public static String applicationId(ServiceConfig service, String modelId) {
    return service.applicationId() + "-shards-" + modelId;
  }

  /** Why it has stopped for good, or nothing. */
  public List<String> broken() {
    return streams.broken();
  }

  /** What keeps the shards that are here from answering, or nothing. */
  public List<String> missing() {
    List<String> missing = new ArrayList<>(streams.missing());
    Set<Integer> reading = progress.reading();
    if (!reading.isEmpty()) {
      missing.add("shards " + reading + " are still reading their items");
    }
    return missing;
  }

  /** Completes when it has stopped: with true when it was closed, with false when it failed. */
  public CompletableFuture<Boolean> ended() {
    return streams.ended();
  }

  /** Leaves the group and closes the indexes. A second call does nothing. */
  @Override
  public void close() {
    gauges.forEach(registry::remove);
    streams.close();
  }
}
