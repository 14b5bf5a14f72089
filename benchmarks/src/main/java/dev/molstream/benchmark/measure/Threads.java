package dev.molstream.benchmark.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the same work on several threads at once. */
final class Threads {
  private Threads() {}

  /**
   * Returns when all have ended.
   *
   * @throws IllegalStateException when one fails or the caller is interrupted
   */
  static void run(int count, Runnable work) {
    try (ExecutorService executor = Executors.newFixedThreadPool(count)) {
      List<Future<?>> parts = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        parts.add(executor.submit(work));
      }
      for (Future<?> part : parts) {
        part.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a measurement was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a measurement failed: " + e.getCause(), e.getCause());
    }
  }
}
