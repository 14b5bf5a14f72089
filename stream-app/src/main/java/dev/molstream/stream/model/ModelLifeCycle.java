package dev.molstream.stream.model;

import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.service.ServiceConfig;
import dev.molstream.service.StreamsService;
import dev.molstream.service.release.BundleStore;
import dev.molstream.service.release.ModelFollower;
import dev.molstream.service.release.ReleaseReader;
import dev.molstream.stream.request.ServedModels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Brings models to where they answer, and takes them away again. A model that is staged or live has
 * an index that is fed and a query tower for each thread; the live ones whose index has caught up
 * answer. A change is one publication to {@link ServedModels}, so every request is answered wholly
 * before or wholly after it.
 *
 * <p>All the work is done by one thread of its own; the methods may be called by any.
 */
public final class ModelLifeCycle implements AutoCloseable {
  private final ServedModels served;
  private final EmbeddingsEnd end;
  private final ServingHost host;
  private final ModelFollower<ServingModel> follower;

  private ModelLifeCycle(
      ServingSettings settings,
      @Nullable ServableModel only,
      ServedModels served,
      Runnable onFirst) {
    this.served = served;
    ServiceConfig service = settings.service();
    TopicCatalogue topics = TopicCatalogue.of(service.topicPrefix());
    String client = service.applicationId() + "-models";
    BundleStore bundles =
        new BundleStore(
            service.modelDirectory(), topics, () -> StreamsService.consumer(service, client));
    end =
        new EmbeddingsEnd(
            StreamsService.consumer(service, client), topics.name(Topic.ITEM_EMBEDDINGS));
    host = new ServingHost(settings, end, bundles, served, onFirst);
    if (only == null) {
      ReleaseReader reader = ReleaseReader.of(StreamsService.consumer(service, client), topics);
      follower = ModelFollower.of(reader, bundles, host, settings.registry());
    } else {
      follower =
          ModelFollower.ofOne(
              only.manifest().modelId(), host.serving(only), host, settings.registry());
    }
    follower.start();
  }

  /**
   * Serves the models that are released on the topic models.
   *
   * @param onFirst called once, when the first model answers
   */
  public static ModelLifeCycle ofReleases(
      ServingSettings settings, ServedModels served, Runnable onFirst) {
    return new ModelLifeCycle(settings, null, served, onFirst);
  }

  /**
   * Serves one model for good.
   *
   * @param onFirst called once, when it answers
   */
  public static ModelLifeCycle ofOne(
      ServableModel model, ServingSettings settings, ServedModels served, Runnable onFirst) {
    return new ModelLifeCycle(settings, model, served, onFirst);
  }

  /** What only a restart can repair, or nothing. */
  public List<String> broken() {
    return follower.broken();
  }

  /** What is still to come before requests are answered, or nothing. */
  public List<String> missing() {
    if (!served.traffic().isEmpty()) {
      return host.missing();
    }
    if (!follower.hasRead()) {
      return List.of("the releases are being read");
    }
    List<String> missing = new ArrayList<>();
    for (ItemFeed feed : host.feeds()) {
      missing.add(
          "the index of model %s has %,d records to read"
              .formatted(feed.modelId(), feed.progress().recordsLeft()));
    }
    return missing.isEmpty() ? List.of("no model is released: molstream model release") : missing;
  }

  /** Releases that are refused, and why. */
  public List<String> warnings() {
    return follower.warnings();
  }

  /** Completes when it has stopped: with true when it was closed, with false when it failed. */
  public CompletableFuture<Boolean> ended() {
    return follower.ended();
  }

  /** Stops; requests must not be answered any more. */
  @Override
  public void close() {
    follower.close();
    end.close();
  }
}
