package dev.molstream.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process has running, closed in reverse order: by {@link #close}, or when the process is
 * told to stop (Ctrl-C, SIGTERM). Any thread.
 */
public final class Running implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Running.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Running() {}

  /** Nothing yet; closed by its owner only. */
  public static Running untilClosed() {
    return new Running();
  }

  /** Nothing yet, but watching for the signal to stop. */
  public static Running untilStopped() {
    Running running = new Running();
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(running::close));
    return running;
  }

  /** Adds a part, to be closed before those added earlier. */
  public synchronized <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** Waits until everything was closed. */
  public void awaitStop() throws InterruptedException {
    stopped.await();
  }

  /** Closes all parts. One that fails is logged, and does not keep the others open. Idempotent. */
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("cannot close {}", part, e);
      }
    }
    stopped.countDown();
  }
}
