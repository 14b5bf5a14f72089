package dev.molstream.service.release;

import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.ModelShape;
import dev.molstream.schemas.ReleaseState;
import dev.molstream.service.MolstreamMetric;
import dev.molstream.service.release.ModelHost.Hosted;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the releases and keeps a {@link ModelHost} in step with them, on a thread of its own: a
 * model that is STAGED or LIVE is fetched, verified and opened, one that is RETIRED or gone is
 * closed.
 *
 * <p>A release that cannot be used stops nothing: it is refused, which a log line, a metric and
 * {@link #warnings} say, and tried again every now and then; whatever was open before stays open.
 * The methods may be called by any thread.
 *
 * @param <T> what the host keeps of one model
 */
public final class ModelFollower<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelFollower.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TRY_AGAIN = Duration.ofSeconds(30);

  private final @Nullable ReleaseReader reader;
  private final @Nullable BundleStore bundles;
  private final ModelHost<T> host;
  private final Map<String, Hosted<T>> open = new TreeMap<>();
  private final Set<String> cleaned = new HashSet<>();
  private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private final Thread thread;
  private volatile @Nullable String broken;
  private volatile boolean closing;
  private volatile boolean hasRead;

  private record Refusal(@Nullable ModelRelease release, String reason, long atNanos) {}

  private ModelFollower(
      @Nullable ReleaseReader reader,
      @Nullable BundleStore bundles,
      ModelHost<T> host,
      MeterRegistry registry) {
    this.reader = reader;
    this.bundles = bundles;
    this.host = host;
    MolstreamMetric.RELEASES_REFUSED.gauge(registry, refusals::size);
    thread = Thread.ofPlatform().name("models").unstarted(this::run);
  }

  /**
   * Follows the topic models.
   *
   * @param reader closed with this
   */
  public static <T> ModelFollower<T> of(
      ReleaseReader reader, BundleStore bundles, ModelHost<T> host, MeterRegistry registry) {
    return new ModelFollower<>(reader, bundles, host, registry);
  }

  /** Keeps one model that is open already, for good. */
  public static <T> ModelFollower<T> ofOne(
      String modelId, T model, ModelHost<T> host, MeterRegistry registry) {
    ModelFollower<T> follower = new ModelFollower<>(null, null, host, registry);
    ModelRelease forGood =
        ModelRelease.newBuilder()
            .setModelId(modelId)
            .setShape(new ModelShape(0, 0, 0, 0, 0, 0f)) // the model itself knows better
            .setLocation("")
            .setSha256("")
            .setState(ReleaseState.LIVE)
            .build();
    follower.open.put(modelId, new Hosted<>(forGood, model));
    return follower;
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** What only a restart can repair, or nothing. */
  public List<String> broken() {
    String why = broken;
    return why == null ? List.of() : List.of(why);
  }

  /** Releases that are refused, and why. */
  public List<String> warnings() {
    return refusals.entrySet().stream()
        .map(refusal -> "model '%s': %s".formatted(refusal.getKey(), refusal.getValue().reason()))
        .sorted()
        .toList();
  }

  /** True once the host knows what is released, so that nothing released is nothing. */
  public boolean hasRead() {
    return hasRead;
  }

  /** Completes when it has stopped: with true when it was closed, with false when it failed. */
  public CompletableFuture<Boolean> ended() {
    return ended;
  }

  /** Stops the thread and closes all models, unless that is done. */
  @Override
  public void close() {
    closing = true;
    if (thread.isAlive()) {
      thread.interrupt();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    open.values().forEach(hosted -> host.close(hosted.model()));
    open.clear();
    if (reader != null) {
      reader.close();
    }
    ended.complete(broken == null);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closing) {
        if (reader == null) {
          Thread.sleep(POLL);
        } else {
          follow(reader);
        }
        dropFailed();
        host.update(Map.copyOf(open));
        closeRetired();
        hasRead = reader == null || reader.hasRead();
      }
    } catch (InterruptedException | InterruptException e) {
      if (!closing) {
        fail("the thread was interrupted", e);
      }
    } catch (RuntimeException e) {
      if (!closing) {
        fail(String.valueOf(e.getMessage()), e);
      }
    }
  }

  private void follow(ReleaseReader releases) {
    if (!releases.poll(POLL)) {
      return; // half-known releases are not acted on
    }
    Map<String, ModelRelease> wanted = releases.releases();
    releases.unreadable().forEach((key, why) -> refuse(key, null, why));
    refusals.keySet().removeIf(id -> isSettled(id, wanted, releases.unreadable()));
    for (Hosted<T> hosted : List.copyOf(open.values())) {
      if (!wanted.containsKey(hosted.release().getModelId())) { // retired and forgotten meanwhile
        retire(hosted.release());
      }
    }
    for (ModelRelease release : wanted.values()) {
      if (release.getState() == ReleaseState.RETIRED) {
        retire(release);
      } else {
        cleaned.remove(release.getModelId());
        open(release);
      }
    }
    cleaned.retainAll(wanted.keySet());
  }

  /** One that is open is closed after the host has heard of it; of another, traces may be left. */
  private void retire(ModelRelease release) {
    Hosted<T> hosted = open.get(release.getModelId());
    if (hosted != null) {
      ModelRelease retired =
          ModelRelease.newBuilder(release).setState(ReleaseState.RETIRED).build();
      open.put(release.getModelId(), new Hosted<>(retired, hosted.model()));
    } else if (!cleaned.contains(release.getModelId()) && isDue(release)) {
      tryOut(
          release,
          () -> {
            host.retired(release);
            cleaned.add(release.getModelId());
          });
    }
  }

  private void closeRetired() {
    for (Hosted<T> hosted : List.copyOf(open.values())) {
      ModelRelease release = hosted.release();
      if (release.getState() != ReleaseState.RETIRED) {
        continue;
      }
      if (host.needs(hosted.model())) {
        refuse(release.getModelId(), release, "is retired, and nothing can take its place yet");
        continue;
      }
      open.remove(release.getModelId());
      host.close(hosted.model());
      LOG.info("model {}: retired", release.getModelId());
      refusals.remove(release.getModelId());
      retire(release);
    }
  }

  private void open(ModelRelease release) {
    Hosted<T> known = open.get(release.getModelId());
    if (known != null && known.release().getSha256().equals(release.getSha256())) {
      open.put(release.getModelId(), new Hosted<>(release, known.model()));
    } else if (known != null) {
      refuse(
          release.getModelId(),
          release,
          "is released with other contents under the same id: release it under another id");
    } else if (isDue(release) && bundles != null) {
      BundleStore store = bundles;
      tryOut(
          release,
          () -> {
            T model = host.open(store.fetch(release), release);
            open.put(release.getModelId(), new Hosted<>(release, model));
            LOG.info("model {}: opened, {}", release.getModelId(), release.getState());
          });
    }
  }

  /** Whatever is wrong with one release concerns this release alone. */
  private void tryOut(ModelRelease release, Runnable step) {
    try {
      step.run();
      refusals.remove(release.getModelId());
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      if (!closing) {
        refuse(release.getModelId(), release, String.valueOf(e.getMessage()));
      }
    }
  }

  private void refuse(String modelId, @Nullable ModelRelease release, String reason) {
    Refusal before = refusals.put(modelId, new Refusal(release, reason, System.nanoTime()));
    if (before == null || !before.reason().equals(reason)) {
      LOG.error("model '{}' is refused: {}", modelId, reason);
    }
  }

  private boolean isDue(ModelRelease release) {
    Refusal refusal = refusals.get(release.getModelId());
    return refusal == null
        || !release.equals(refusal.release())
        || System.nanoTime() - refusal.atNanos() > TRY_AGAIN.toNanos();
  }

  private boolean isSettled(
      String modelId, Map<String, ModelRelease> wanted, Map<String, String> unreadable) {
    if (unreadable.containsKey(modelId)) {
      return false;
    }
    ModelRelease release = wanted.get(modelId);
    Hosted<T> hosted = open.get(modelId);
    return hosted == null
        ? release == null
        : release != null
            && hosted.release().getState() != ReleaseState.RETIRED
            && hosted.release().getSha256().equals(release.getSha256());
  }

  private void dropFailed() {
    for (Hosted<T> hosted : List.copyOf(open.values())) {
      String failure = host.failure(hosted.model());
      if (failure == null) {
        continue;
      }
      if (reader == null || host.needs(hosted.model())) {
        throw new IllegalStateException(failure);
      }
      open.remove(hosted.release().getModelId());
      host.close(hosted.model());
      refuse(hosted.release().getModelId(), hosted.release(), failure);
    }
  }

  private void fail(String reason, Exception cause) {
    broken = reason;
    LOG.error("models are followed no more", cause);
    ended.complete(false);
  }
}
