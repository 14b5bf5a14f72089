package dev.molstream.stream.request;

import dev.molstream.model.ModelManifest;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.stream.facts.ItemFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One model with all that answering by it takes, opened beforehand: a recommender for each thread
 * that answers. Any thread may take one for the length of a request.
 *
 * <p>Closing is safe while requests are answered. It takes back every recommender, waiting for
 * those in use; after that nobody holds one and nobody gets one, so tower and index can go. A
 * thread never waits to get one: there are as many as threads, and each holds one at a time, so
 * none is left only once the model is being closed.
 */
public final class ServedModel implements AutoCloseable {
  private final ModelManifest manifest;
  private final List<Recommender> recommenders;
  private final BlockingQueue<Recommender> free;
  private final ThreadLocal<@Nullable Recommender> own = new ThreadLocal<>();
  private volatile boolean closing;

  private ServedModel(ModelManifest manifest, List<Recommender> recommenders) {
    this.manifest = manifest;
    this.recommenders = recommenders;
    this.free = new LinkedBlockingQueue<>(recommenders);
  }

  /**
   * Opens a query tower and a searcher for each thread: takes as long as ONNX needs to load the
   * graph that often, so not for a stream thread.
   *
   * @param towers opens a query tower, closed with this
   * @param index borrowed; must stay open until this is closed
   * @param threads how many threads answer requests
   */
  public static ServedModel open(
      ModelManifest manifest,
      Supplier<QueryTower> towers,
      ItemIndex index,
      SearchPlan plan,
      int threads) {
    return open(
        manifest, () -> Recommender.searching(manifest, towers.get(), index, plan), threads);
  }

  /**
   * The same where the items are elsewhere.
   *
   * @param facts borrowed; must stay open until this is closed
   */
  public static ServedModel sharded(
      ModelManifest manifest, Supplier<QueryTower> towers, ItemFacts facts, int threads) {
    return open(manifest, () -> Recommender.asking(manifest, towers.get(), facts), threads);
  }

  private static ServedModel open(
      ModelManifest manifest, Supplier<Recommender> opener, int threads) {
    List<Recommender> recommenders = new ArrayList<>(threads);
    try {
      for (int i = 0; i < threads; i++) {
        recommenders.add(opener.get());
      }
    } catch (RuntimeException e) {
      recommenders.forEach(Recommender::close);
      throw e;
    }
    return new ServedModel(manifest, recommenders);
  }

  /**
   * Lets each recommender answer requests that nobody made; takes a good part of a second. Before
   * anybody may take one.
   *
   * @throws IllegalStateException when the query tower fails
   */
  public void rehearse(long nowMillis) {
    recommenders.forEach(recommender -> recommender.rehearse(nowMillis));
  }

  /** What the model is. */
  public ModelManifest manifest() {
    return manifest;
  }

  /** The model's id. */
  public String modelId() {
    return manifest.modelId();
  }

  /** One that nobody else uses, to be {@link #giveBack given back}; null once this is closing. */
  @Nullable Recommender take() {
    if (closing) {
      return null;
    }
    // The same as last time, if it can be: it has encoded this thread's users before.
    Recommender last = own.get();
    Recommender taken = last != null && free.remove(last) ? last : free.poll();
    own.set(taken);
    if (taken == null && !closing) {
      throw new IllegalStateException(
          "model %s has recommenders for %d threads and more ask"
              .formatted(modelId(), recommenders.size()));
    }
    return taken;
  }

  /** Ends the use of a recommender. */
  void giveBack(Recommender recommender) {
    free.add(recommender);
  }

  /** Waits for the requests being answered, then closes the query towers. Idempotent. */
  @Override
  public synchronized void close() {
    if (closing) {
      return;
    }
    closing = true;
    boolean interrupted = false;
    for (int closed = 0; closed < recommenders.size(); ) {
      try {
        free.take().close();
        closed++;
      } catch (InterruptedException e) {
        interrupted = true; // a request takes milliseconds: what it uses is not closed under it
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
