package dev.molstream.stream.model;

import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.ReleaseState;
import dev.molstream.service.Niceness;
import dev.molstream.service.release.BundleStore;
import dev.molstream.service.release.ModelHost;
import dev.molstream.stream.request.ServedModel;
import dev.molstream.stream.request.ServedModels;
import dev.molstream.stream.request.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds an index for each model and shares the traffic among those that are LIVE and whose index
 * has caught up. Until one has, whatever answered before goes on.
 */
final class ServingHost implements ModelHost<ServingModel> {
  private static final Logger LOG = LoggerFactory.getLogger(ServingHost.class);
  private static final Duration LOOK_AT_ENDS = Duration.ofSeconds(1);

  private final ServingSettings settings;
  private final EmbeddingsEnd end;
  private final BundleStore bundles;
  private final ServedModels served;
  private final Runnable onFirst;
  private volatile List<ItemFeed> feeds = List.of(); // volatile for those who ask what is missing
  private boolean started;
  private long lookedNanos = System.nanoTime() - LOOK_AT_ENDS.toNanos();

  /**
   * @param onFirst called once, when the first model answers
   */
  ServingHost(
      ServingSettings settings,
      EmbeddingsEnd end,
      BundleStore bundles,
      ServedModels served,
      Runnable onFirst) {
    this.settings = settings;
    this.end = end;
    this.bundles = bundles;
    this.served = served;
    this.onFirst = onFirst;
  }

  /** The feeds that run or catch up; any thread. */
  List<ItemFeed> feeds() {
    return feeds;
  }

  /** What the models that answer lack to do so from all items, or nothing; any thread. */
  List<String> missing() {
    return feeds.stream()
        .filter(feed -> served.traffic().shareOf(feed.modelId()) > 0)
        .flatMap(feed -> feed.missing().stream())
        .toList();
  }

  @Override
  public ServingModel open(Path bundle, ModelRelease release) {
    return serving(
        besideRequests(
            () -> settings.opener().open(bundle, release.getModelId(), release.getSha256())));
  }

  /** Starts to feed an index. */
  ServingModel serving(ServableModel model) {
    ItemFeed feed =
        switch (settings.catalogue()) {
          // All threads of its client inherit the niceness: requests come first.
          case REPLICATED ->
              Niceness.inBackground("index-start", () -> IndexFeed.start(model, settings));
          case SHARDED -> ShardedFeed.start(model, settings);
        };
    return new ServingModel(model.manifest(), feed, served, settings.registry());
  }

  @Override
  public void update(Map<String, Hosted<ServingModel>> models) {
    feeds = models.values().stream().map(hosted -> hosted.model().feed()).toList();
    List<Traffic.Variant> ready = new ArrayList<>();
    try {
      lookAtEnds();
      for (Hosted<ServingModel> hosted : models.values()) {
        ServingModel model = hosted.model();
        model.prepare(
            () ->
                besideRequests(
                    () -> model.feed().serve(settings.plan(), settings.service().streamThreads())));
        ServedModel answers = model.served();
        if (hosted.release().getState() != ReleaseState.LIVE) {
          model.waitAgain();
        } else if (answers != null
            && model.hasCaughtUp(end)
            && model.hasRehearsed(this::rehearse)) {
          ready.add(new Traffic.Variant(answers, hosted.release().getTrafficShare()));
        }
      }
    } catch (RetriableException noBroker) {
      return; // nothing is known of where the topic ends: all stays as it is
    }
    Traffic next = new Traffic(ready);
    if (!next.isEmpty() && !next.equals(served.traffic())) {
      served.publish(next);
      LOG.info("answering: {}", next);
    }
    if (!started && !served.traffic().isEmpty()) {
      started = true;
      onFirst.run();
    }
  }

  @Override
  public @Nullable String failure(ServingModel model) {
    return model.failure();
  }

  @Override
  public boolean needs(ServingModel model) {
    ServedModel answers = model.served();
    return answers != null && served.traffic().has(answers);
  }

  @Override
  public void close(ServingModel model) {
    model.close();
  }

  @Override
  public void retired(ModelRelease release) {
    bundles.drop(release.getModelId());
    new Retirement(settings.service(), settings.catalogue()).complete(release.getModelId());
  }

  private void rehearse(ServedModel model) {
    besideRequests(
        () -> {
          model.rehearse(System.currentTimeMillis());
          return model;
        });
  }

  /** Opening a model takes a second or two of a processor, which requests have a better use for. */
  private <T> T besideRequests(Supplier<T> opening) {
    return started ? Niceness.inBackground("model-opening", opening) : opening.get();
  }

  private void lookAtEnds() {
    long now = System.nanoTime();
    if (now - lookedNanos >= LOOK_AT_ENDS.toNanos() && !feeds.isEmpty()) {
      lookedNanos = now;
      Map<Integer, Long> ends = end.offsets();
      feeds.forEach(feed -> feed.progress().endsAt(ends));
    }
  }
}
