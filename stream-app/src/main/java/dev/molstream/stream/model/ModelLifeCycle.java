package dev.molstream.stream.model;

import dev.molstream.model.ModelManifest;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.service.ServiceConfig;
import dev.molstream.stream.request.SearchPlan;
import dev.molstream.stream.request.ServedModel;
import dev.molstream.stream.request.ServedModels;
import dev.molstream.stream.request.Traffic;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings models to where they answer: one thread feeds an index, waits until it has caught up,
 * opens what answering takes and publishes it. Any thread may call the methods.
 */
public final class ModelLifeCycle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelLifeCycle.class);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final ItemFeed feed;
  private final ServedModels served;
  private final SearchPlan plan;
  private final int threads;
  private final Runnable onReady;
  private final CompletableFuture<Boolean> ended;
  private final Thread thread;
  private volatile boolean closing;
  private volatile @Nullable ServedModel serving;

  private ModelLifeCycle(
      ItemFeed feed, ServedModels served, SearchPlan plan, int threads, Runnable onReady) {
    this.feed = feed;
    this.served = served;
    this.plan = plan;
    this.threads = threads;
    this.onReady = onReady;
    this.ended = feed.ended();
    this.thread = Thread.ofPlatform().name("models").unstarted(this::run);
  }

  /**
   * Serves one model for good.
   *
   * @param catalogue whether this instance searches all items or a share of them
   * @param settings for Kafka Streams
   * @param onReady called once, when the first model is published
   */
  public static ModelLifeCycle ofOne(
      ServableModel model,
      Catalogue catalogue,
      ServiceConfig service,
      Map<String, Object> settings,
      ServedModels served,
      SearchPlan plan,
      MeterRegistry registry,
      Runnable onReady) {
    ModelManifest manifest = model.manifest();
    MolstreamMetric.MODEL_INFO.gauge(
        registry, () -> 1, manifest.modelId(), manifest.encoder(), manifest.similarity());
    ItemFeed feed =
        switch (catalogue) {
          case REPLICATED -> IndexFeed.start(model, service, settings, registry);
          case SHARDED -> ShardedFeed.start(model, plan, service, settings, registry);
        };
    ModelLifeCycle cycle = new ModelLifeCycle(feed, served, plan, service.streamThreads(), onReady);
    cycle.thread.start();
    return cycle;
  }

  /** What only a restart can repair, or nothing. */
  public List<String> broken() {
    return feed.broken();
  }

  /** What is still to come before requests are answered, or nothing. */
  public List<String> missing() {
    if (serving != null) {
      return feed.missing();
    }
    return List.of(
        "the index of model %s has %,d records to read"
            .formatted(feed.modelId(), feed.progress().recordsLeft()));
  }

  /** Completes when models can be served no more: with false when that is a failure. */
  public CompletableFuture<Boolean> ended() {
    return ended;
  }

  /** Stops; requests must not be answered any more. */
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ServedModel open = serving;
    if (open != null) {
      open.close();
    }
    feed.close();
  }

  private void run() {
    try {
      while (!feed.isRunning()) {
        Thread.sleep(PAUSE);
      }
      ServedModel ready = feed.serve(plan, threads);
      serving = ready;
      served.publish(Traffic.allTo(ready));
      LOG.info("serving model {}", ready.modelId());
      onReady.run();
    } catch (InterruptedException e) {
      if (!closing) {
        throw new IllegalStateException("interrupted", e);
      }
    }
  }
}
