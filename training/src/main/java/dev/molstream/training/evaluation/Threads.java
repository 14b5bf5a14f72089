package dev.molstream.training.evaluation;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Work cut into as many parts as there are threads. */
final class Threads {
  private Threads() {}

  /**
   * Runs all parts and waits for them.
   *
   * @throws IllegalStateException when one fails
   */
  static void run(int threads, IntConsumer part) {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> parts =
          IntStream.range(0, threads)
              .<Future<?>>mapToObj(number -> executor.submit(() -> part.accept(number)))
              .toList();
      for (Future<?> running : parts) {
        await(running);
      }
    }
  }

  private static void await(Future<?> part) {
    try {
      part.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("evaluation was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("evaluation failed: " + e.getCause(), e.getCause());
    }
  }
}
