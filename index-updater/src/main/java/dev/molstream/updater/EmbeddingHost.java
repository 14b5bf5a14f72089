package dev.molstream.updater;

import dev.molstream.model.ModelBundle;
import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.ReleaseState;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.WireFormat;
import dev.molstream.service.DeadLetters;
import dev.molstream.service.release.BundleStore;
import dev.molstream.service.release.GroupLag;
import dev.molstream.service.release.ModelHost;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One embedding per model that is STAGED or LIVE, with its progress; what a RETIRED one left is
 * taken away. Belongs to the models' thread.
 */
final class EmbeddingHost implements ModelHost<Embedding> {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingHost.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration SAY = Duration.ofSeconds(10);

  private final IndexUpdaterConfig config;
  private final WireFormat format;
  private final DeadLetters deadLetters;
  private final BundleStore bundles;
  private final Admin admin;
  private final Retirement retirement;
  private final MeterRegistry registry;
  private final Map<String, Long> lastLeft = new HashMap<>();
  private volatile List<Embedding> embeddings = List.of(); // for those who ask what is missing
  private Map<String, Hosted<Embedding>> current = Map.of();
  private long lookedNanos = System.nanoTime() - LOOK.toNanos();
  private long saidNanos = System.nanoTime();

  /**
   * @param format how values are written; borrowed
   * @param admin borrowed
   */
  EmbeddingHost(
      IndexUpdaterConfig config,
      WireFormat format,
      DeadLetters deadLetters,
      BundleStore bundles,
      Admin admin,
      Retirement retirement,
      MeterRegistry registry) {
    this.config = config;
    this.format = format;
    this.deadLetters = deadLetters;
    this.bundles = bundles;
    this.admin = admin;
    this.retirement = retirement;
    this.registry = registry;
  }

  /** What is being embedded for; any thread. */
  List<Embedding> embeddings() {
    return embeddings;
  }

  @Override
  public Embedding open(Path bundle, ModelRelease release) {
    return embedding(ModelBundle.read(bundle, release.getModelId(), release.getSha256()));
  }

  Embedding embedding(ModelBundle bundle) {
    Embedding started = Embedding.start(config, bundle, format, deadLetters, registry);
    embeddings = Stream.concat(embeddings.stream(), Stream.of(started)).toList();
    return started;
  }

  @Override
  public void update(Map<String, Hosted<Embedding>> models) {
    current = models;
    embeddings = models.values().stream().map(Hosted::model).toList();
    long now = System.nanoTime();
    if (now - lookedNanos < LOOK.toNanos()) {
      return;
    }
    lookedNanos = now;
    boolean say = now - saidNanos >= SAY.toNanos();
    String updates = TopicCatalogue.of(config.service().topicPrefix()).name(Topic.ITEM_UPDATES);
    models.forEach(
        (modelId, hosted) -> {
          try {
            long left = GroupLag.of(admin, hosted.model().group(), updates).recordsLeft();
            hosted.model().recordsLeft(left);
            Long before = lastLeft.put(modelId, left);
            if ((left > 0 && say) || (left == 0 && before != null && before > 0)) {
              LOG.info("model {}: {} records of {} left to embed", modelId, left, updates);
            }
          } catch (KafkaException noAnswer) {
            hosted.model().recordsLeft(-1); // unknown until a broker answers
          }
        });
    if (say) {
      saidNanos = now;
    }
  }

  @Override
  public @Nullable String failure(Embedding model) {
    List<String> broken = model.streams().broken();
    return broken.isEmpty() ? null : broken.getFirst();
  }

  /**
   * A model that answers must follow the catalogue; one that is staged can wait for its mending.
   */
  @Override
  public boolean needs(Embedding model) {
    return current.values().stream()
        .anyMatch(
            hosted -> hosted.model() == model && hosted.release().getState() == ReleaseState.LIVE);
  }

  @Override
  public void close(Embedding model) {
    model.close();
  }

  @Override
  public void retired(ModelRelease release) {
    retirement.complete(release);
    bundles.drop(release.getModelId());
    LOG.info("model {}: all of it is deleted", release.getModelId());
  }
}
