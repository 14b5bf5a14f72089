package dev.molstream.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work end in an orderly way on Ctrl-C or SIGTERM: it is told to stop, and the process waits
 * until it has, ten seconds at most.
 */
final class OrderlyStop implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  private OrderlyStop(Runnable stop) {
    this.hook =
        Thread.ofPlatform()
            .name("stop")
            .unstarted(
                () -> {
                  stop.run();
                  try {
                    boolean _ = done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  /** From now until closed, {@code stop} is run when the process is told to end. */
  static OrderlyStop by(Runnable stop) {
    OrderlyStop orderly = new OrderlyStop(stop);
    Runtime.getRuntime().addShutdownHook(orderly.hook);
    return orderly;
  }

  /** Says that the work has ended. */
  @Override
  public void close() {
    done.countDown();
    if (!hook.isAlive()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException ending) {
        return; // the process is ending just now
      }
    }
  }
}
