package dev.molstream.bench;

import dev.molstream.load.Load;
import dev.molstream.load.LoadClient;
import dev.molstream.load.LoadResult;
import dev.molstream.load.Schedule;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Requests of other users while something is measured. */
final class BackgroundLoad implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(100);
  private static final int LIST = 10;
  private static final long SEED = 7;

  private final LoadClient client;
  private final CompletableFuture<LoadResult> result;
  private volatile boolean stopped;

  private BackgroundLoad(Served served, int perSecond) {
    client =
        LoadClient.connect(
            served.installation().bootstrapServers(),
            served.installation().topics(),
            served.settings().isolation());
    Load load = new Load(new Schedule(perSecond, LONGEST), served.users(), LIST, null, SEED);
    result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("background-load")
        .start(
            () -> {
              try {
                result.complete(client.run(load, () -> stopped));
              } catch (RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
  }

  /**
   * Starts it.
   *
   * @param perSecond at most 5,000; 0 for none
   */
  static @Nullable BackgroundLoad start(Served served, int perSecond) {
    return perSecond == 0 ? null : new BackgroundLoad(served, perSecond);
  }

  /** Stops it and says what came of it. */
  LoadResult stop() {
    stopped = true;
    return result.join();
  }

  @Override
  public void close() {
    stopped = true;
    client.close();
  }
}
