package dev.molstream.updater;

import dev.molstream.model.ItemTower;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.DeadLetters;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.service.ServiceConfig;
import dev.molstream.service.StreamsService;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The embedding of the catalogue for one model: a topology of its own over a tower of its own. It
 * is one consumer group per model, so another model embeds the whole catalogue from the start,
 * beside the live updates, and the same one goes on where it stopped. Any thread.
 */
final class Embedding implements AutoCloseable {
  private final ServiceConfig service;
  private final ItemTower tower;
  private final StreamsService streams;
  private final MeterRegistry registry;
  private final List<Meter> meters;
  private final AtomicLong recordsLeft = new AtomicLong(-1);

  private Embedding(
      ServiceConfig service,
      ModelManifest model,
      ItemTower tower,
      StreamsService streams,
      MeterRegistry registry) {
    this.service = service;
    this.tower = tower;
    this.streams = streams;
    this.registry = registry;
    this.meters =
        List.of(
            MolstreamMetric.MODEL_INFO.gauge(
                registry, () -> 1, model.modelId(), model.encoder(), model.similarity()),
            MolstreamMetric.EMBEDDING_RECORDS_LEFT.gauge(
                registry,
                () -> recordsLeft.get() < 0 ? Double.NaN : recordsLeft.doubleValue(),
                model.modelId()));
  }

  /**
   * Starts embedding; returns before the first item is read.
   *
   * @param format how values are written; borrowed
   */
  static Embedding start(
      IndexUpdaterConfig config,
      ModelBundle bundle,
      WireFormat format,
      DeadLetters deadLetters,
      MeterRegistry registry) {
    ModelManifest model = bundle.manifest();
    ServiceConfig service = config.service().withApplicationIdSuffix("-" + model.modelId());
    Map<String, Object> settings = StreamsService.settings(service, deadLetters);
    // A batch's time is looked at between polls: an idle poll must not outlast it.
    settings.putIfAbsent(StreamsConfig.POLL_MS_CONFIG, config.batchWait().toMillis());
    // Each item makes three records: sent one by one they cost more than embedding it. Only the
    // shared default is replaced, an operator's value is text and stays.
    settings.replace(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0, 2);
    ItemTower tower = bundle.openItemTower();
    try {
      StreamsService streams =
          StreamsService.start(
              UpdaterTopology.of(config, model, tower, format, registry), settings, registry);
      return new Embedding(service, model, tower, streams, registry);
    } catch (RuntimeException e) {
      tower.close();
      throw e;
    }
  }

  /** The consumer group, which is also the application id. */
  String group() {
    return service.applicationId();
  }

  /** Its topology at work. */
  StreamsService streams() {
    return streams;
  }

  /** Says how many records of item-updates all instances together have still to embed. */
  void recordsLeft(long records) {
    recordsLeft.set(records);
  }

  /** Stops, committing what is done. */
  @Override
  public void close() {
    streams.close();
    tower.close();
    meters.forEach(registry::remove);
  }
}
