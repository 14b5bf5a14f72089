package dev.molstream.stream.model;

import dev.molstream.model.ModelManifest;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.stream.request.ServedModel;
import dev.molstream.stream.request.ServedModels;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One model in this application: its index being fed and, once that runs, what answers by it. The
 * models' thread changes it.
 */
final class ServingModel {
  private final ItemFeed feed;
  private final MeterRegistry registry;
  private final List<Meter> meters;
  private @Nullable ServedModel served;
  private @Nullable Map<Integer, Long> target;
  private @Nullable String failure;
  private boolean caughtUp;
  private boolean rehearsed;

  ServingModel(ModelManifest manifest, ItemFeed feed, ServedModels models, MeterRegistry registry) {
    this.feed = feed;
    this.registry = registry;
    String modelId = manifest.modelId();
    this.meters =
        List.of(
            MolstreamMetric.MODEL_INFO.gauge(
                registry, () -> 1, modelId, manifest.encoder(), manifest.similarity()),
            MolstreamMetric.MODEL_SHARE.gauge(
                registry, () -> models.traffic().shareOf(modelId), modelId));
  }

  ItemFeed feed() {
    return feed;
  }

  /**
   * What answers by it; null while the index is not running. Kept open from then on, so that a swap
   * to it, or back, opens nothing.
   */
  @Nullable ServedModel served() {
    return served;
  }

  /**
   * Opens what answers as soon as there is an index; what prevents it is a {@link #failure}.
   *
   * @param opener opens it, from the {@link #feed}
   */
  void prepare(Supplier<ServedModel> opener) {
    if (served == null && failure == null && feed.isRunning()) {
      try {
        served = opener.get();
      } catch (RuntimeException e) { // the other models have nothing to do with it
        failure = String.valueOf(e.getMessage());
      }
    }
  }

  /**
   * True when it has answered requests that nobody made, which it does once. What prevents it is a
   * {@link #failure}.
   *
   * @param rehearsal of what answers by it
   */
  boolean hasRehearsed(Consumer<ServedModel> rehearsal) {
    if (!rehearsed && served != null && failure == null) {
      try {
        rehearsal.accept(served);
        rehearsed = true;
      } catch (RuntimeException e) {
        failure = String.valueOf(e.getMessage());
      }
    }
    return rehearsed;
  }

  /** Why it cannot answer, or null. */
  @Nullable String failure() {
    List<String> broken = feed.broken();
    return broken.isEmpty() ? failure : broken.getFirst();
  }

  /**
   * True when the index holds all that the topic held when this was asked first since the model
   * became live.
   */
  boolean hasCaughtUp(EmbeddingsEnd end) {
    if (served == null) {
      return false;
    }
    if (target == null) {
      target = end.offsets();
    }
    caughtUp = caughtUp || end.isReached(feed.progress().positions(), target);
    return caughtUp;
  }

  /** Next time it is live, it must have caught up with what there is then. */
  void waitAgain() {
    target = null;
    caughtUp = false;
  }

  /** Waits for the requests it answers, then stops the feed and closes the index. */
  void close() {
    if (served != null) {
      served.close();
    }
    feed.close();
    meters.forEach(registry::remove);
  }
}
