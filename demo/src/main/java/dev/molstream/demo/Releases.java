package dev.molstream.demo;

import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.MolShape;
import dev.molstream.schemas.BundleFileEntry;
import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.ModelShape;
import dev.molstream.schemas.ReleaseState;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.service.release.GroupLag;
import dev.molstream.service.release.ReleaseReader;
import dev.molstream.service.release.ReleaseWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Releases models, rolls them back and retires them, by records on the topic models. What must be
 * seen together is written in one transaction. One thread.
 *
 * <p>A model that has answered keeps its share above 0 when it is staged again, which marks it as
 * one to roll back to; a model that is only staged, or was rolled back, has share 0. The timestamp
 * of a release stays when only its state or share changes.
 */
public final class Releases implements AutoCloseable {
  /** The index-updater's default application id. */
  public static final String INDEX_UPDATER = "molstream-index-updater";

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration STEADY = Duration.ofSeconds(1);

  private final Map<String, Object> client;
  private final TopicCatalogue topics;
  private final String updater;
  private final InstantSource clock;
  private final Admin admin;
  private final ReleaseReader reader;

  /**
   * A model as it stands.
   *
   * @param bytes size of its bundle
   * @param recordsLeft records of item-updates that are still to be embedded for it
   * @param records records item-updates has had
   */
  public record Row(ModelRelease release, long bytes, long recordsLeft, long records) {}

  private Releases(
      Map<String, Object> client,
      TopicCatalogue topics,
      String updater,
      InstantSource clock,
      Admin admin) {
    this.client = client;
    this.topics = topics;
    this.updater = updater;
    this.clock = clock;
    this.admin = admin;
    Map<String, Object> consumer = new HashMap<>(client);
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.reader =
        ReleaseReader.of(
            new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
            topics);
  }

  /**
   * Connects.
   *
   * @param updater application id of the index-updaters, without the topic prefix
   */
  public static Releases connect(
      String bootstrapServers, TopicCatalogue topics, String updater, InstantSource clock) {
    Map<String, Object> client = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return new Releases(client, topics, updater, clock, Admin.create(client));
  }

  /** All releases with their progress, by model id. */
  public List<Row> list() {
    String updates = topics.name(Topic.ITEM_UPDATES);
    List<Row> rows = new ArrayList<>();
    for (ModelRelease release : read().values()) {
      GroupLag lag = GroupLag.of(admin, group(release.getModelId()), updates);
      long bytes = release.getBundleFiles().stream().mapToLong(BundleFileEntry::getBytes).sum();
      rows.add(new Row(release, bytes, lag.recordsLeft(), lag.records()));
    }
    rows.sort(Comparator.comparing((Row row) -> row.release().getModelId()));
    return rows;
  }

  /**
   * Uploads a bundle and stages its model: it is embedded for, and answers nobody.
   *
   * @throws IllegalArgumentException when another bundle was released under that id
   */
  public ModelRelease stage(ModelBundle bundle, Progress progress) {
    String modelId = bundle.manifest().modelId();
    ModelRelease known = read().get(modelId);
    if (known != null && known.getState() == ReleaseState.RETIRED) {
      throw new IllegalArgumentException(
          "model %s is being retired: wait until `model list` shows it no more".formatted(modelId));
    }
    if (known != null && !known.getSha256().equals(bundle.sha256())) {
      throw new IllegalArgumentException(
          "model %s is released with other contents: give this bundle an id of its own"
              .formatted(modelId));
    }
    if (known != null) {
      return known;
    }
    try (ReleaseWriter writer = writer()) {
      List<BundleFileEntry> files;
      try (Progress.Task task = progress.begin("uploading " + modelId, bytes(bundle))) {
        files = writer.upload(modelId, bundle.directory(), bundle.files(), task::reached);
      }
      ModelRelease staged =
          ModelRelease.newBuilder()
              .setModelId(modelId)
              .setShape(shape(bundle.manifest().shape()))
              .setLocation(ReleaseWriter.LOCATION)
              .setSha256(bundle.sha256())
              .setState(ReleaseState.STAGED)
              .setTrafficShare(0)
              .setTimestamp(clock.instant())
              .setBundleFiles(files)
              .build();
      writer.write(List.of(staged));
      return staged;
    }
  }

  /**
   * Waits until an index-updater has embedded the whole catalogue for the model, as it is now.
   *
   * @throws StalledException when there is no progress for a minute
   */
  public void awaitEmbedded(String modelId, Progress progress) {
    GroupLag lag = GroupLag.of(admin, group(modelId), topics.name(Topic.ITEM_UPDATES));
    long records = lag.records();
    try (Progress.Task task = progress.begin("embedding for " + modelId, records)) {
      Waiting.whileAdvancing(
          "an index-updater has embedded the catalogue for " + modelId,
          records,
          task,
          () -> Math.max(0, records - lag.recordsLeft()));
    }
    // A record is committed as read while its batch may still wait to be embedded, for
    // milliseconds.
    long since = System.nanoTime();
    Waiting.until(
        "the last batch for " + modelId + " is embedded",
        PATIENCE,
        () -> System.nanoTime() - since > STEADY.toNanos());
  }

  /**
   * Lets a model answer.
   *
   * @param share of the users, greater than 0; the models that are live divide what is left of 1 as
   *     they did, and at share 1 they are staged, ready to be rolled back to
   * @return what was written
   */
  public List<ModelRelease> goLive(String modelId, double share) {
    requireShare(modelId, share);
    Map<String, ModelRelease> releases = read();
    ModelRelease model = require(releases, modelId);
    requireNotRetired(model);
    List<ModelRelease> others = live(releases, other -> !other.equals(modelId));
    List<ModelRelease> changes = new ArrayList<>();
    changes.add(with(model, ReleaseState.LIVE, share));
    changes.addAll(
        share == 1
            ? others.stream()
                .map(other -> with(other, ReleaseState.STAGED, other.getTrafficShare()))
                .toList()
            : divided(others, 1 - share));
    return write(changes);
  }

  /**
   * Checks a share before anything is done for it.
   *
   * @throws IllegalArgumentException when {@link #goLive} could not give it
   */
  public void requireShare(String modelId, double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "share is %s, valid is more than 0 and at most 1".formatted(share));
    }
    if (share < 1 && live(read(), other -> !other.equals(modelId)).isEmpty()) {
      throw new IllegalArgumentException(
          "share is %s and no other model is live: 1 is valid".formatted(share));
    }
  }

  /**
   * Takes the model that was released last out of the traffic: the others that are live answer, or
   * else the one that did before it.
   *
   * @param to the model to roll back to; empty for the one before
   * @return what was written
   * @throws NothingToRollBackException when no model is live, or none answered before
   * @throws IllegalArgumentException when {@code to} is no model that could answer
   */
  public List<ModelRelease> rollBack(Optional<String> to) {
    Map<String, ModelRelease> releases = read();
    ModelRelease newest =
        live(releases, _ -> true).stream()
            .max(Comparator.comparing(ModelRelease::getTimestamp))
            .orElseThrow(
                () -> new NothingToRollBackException("no model is live: nothing to roll back"));
    List<ModelRelease> others = live(releases, other -> !other.equals(newest.getModelId()));
    List<ModelRelease> changes = new ArrayList<>();
    if (to.isPresent()) {
      ModelRelease wanted = require(releases, to.get());
      requireNotRetired(wanted);
      live(releases, other -> !other.equals(to.get()))
          .forEach(live -> changes.add(with(live, ReleaseState.STAGED, 0)));
      changes.add(with(wanted, ReleaseState.LIVE, 1));
    } else if (others.isEmpty()) {
      ModelRelease before =
          releases.values().stream()
              .filter(
                  release ->
                      release.getState() == ReleaseState.STAGED && release.getTrafficShare() > 0)
              .max(Comparator.comparing(ModelRelease::getTimestamp))
              .orElseThrow(
                  () ->
                      new NothingToRollBackException(
                          "no model answered before %s: valid is --to with a staged model"
                              .formatted(newest.getModelId())));
      changes.add(with(newest, ReleaseState.STAGED, 0));
      changes.add(with(before, ReleaseState.LIVE, 1));
    } else {
      changes.add(with(newest, ReleaseState.STAGED, 0));
      changes.addAll(divided(others, 1));
    }
    return write(changes);
  }

  /**
   * Retires a model: the services drop it, and an index-updater deletes what it left.
   *
   * @return what was written
   * @throws IllegalArgumentException when it is unknown or live
   */
  public ModelRelease retire(String modelId) {
    ModelRelease release = require(read(), modelId);
    if (release.getState() == ReleaseState.LIVE) {
      throw new IllegalArgumentException(
          "model %s is live: release another, or roll back, before it is retired"
              .formatted(modelId));
    }
    return write(List.of(with(release, ReleaseState.RETIRED, 0))).getFirst();
  }

  @Override
  public void close() {
    reader.close();
    admin.close();
  }

  private Map<String, ModelRelease> read() {
    Waiting.until("the releases are read", PATIENCE, () -> reader.poll(POLL));
    return reader.releases();
  }

  private List<ModelRelease> write(List<ModelRelease> changes) {
    try (ReleaseWriter writer = writer()) {
      writer.write(changes);
    }
    return changes;
  }

  private ReleaseWriter writer() {
    return ReleaseWriter.connect(client, topics);
  }

  private String group(String modelId) {
    return topics.prefix() + updater + "-" + modelId;
  }

  private static List<ModelRelease> live(
      Map<String, ModelRelease> releases, Predicate<String> ids) {
    return releases.values().stream()
        .filter(release -> release.getState() == ReleaseState.LIVE)
        .filter(release -> ids.test(release.getModelId()))
        .toList();
  }

  /** Divides {@code share} among models as they did before. */
  private static List<ModelRelease> divided(List<ModelRelease> models, double share) {
    double sum = models.stream().mapToDouble(ModelRelease::getTrafficShare).sum();
    return models.stream()
        .map(
            model ->
                with(
                    model,
                    ReleaseState.LIVE,
                    sum > 0 ? share * model.getTrafficShare() / sum : share / models.size()))
        .toList();
  }

  private static ModelRelease with(ModelRelease release, ReleaseState state, double share) {
    return ModelRelease.newBuilder(release).setState(state).setTrafficShare(share).build();
  }

  private static ModelRelease require(Map<String, ModelRelease> releases, String modelId) {
    ModelRelease release = releases.get(modelId);
    if (release == null) {
      throw new IllegalArgumentException(
          "model %s is not released, valid is one of %s"
              .formatted(modelId, releases.keySet().stream().sorted().toList()));
    }
    return release;
  }

  private static void requireNotRetired(ModelRelease release) {
    if (release.getState() == ReleaseState.RETIRED) {
      throw new IllegalArgumentException(
          "model %s is retired, valid is a staged or live one".formatted(release.getModelId()));
    }
  }

  private static ModelShape shape(MolShape shape) {
    return new ModelShape(
        shape.baseDimension(),
        shape.queryComponents(),
        shape.itemComponents(),
        shape.componentDimension(),
        shape.gateHidden(),
        shape.temperature());
  }

  private static long bytes(ModelBundle bundle) {
    long bytes = 0;
    for (String file : bundle.files()) {
      Path path = bundle.directory().resolve(file);
      try {
        bytes += Files.size(path);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + path, e);
      }
    }
    return bytes;
  }
}
