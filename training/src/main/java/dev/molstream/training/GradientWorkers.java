package dev.molstream.training;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * Plain threads with one LibTorch thread each: on few cores they waste less than LibTorch's own
 * parallel loops do.
 */
public final class GradientWorkers implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final ExecutorService threads;

  /** A process that exits while a thread is inside LibTorch would crash instead. */
  private final Thread onExit = new Thread(this::stop, "stop-gradients");

  /** That many threads. */
  public GradientWorkers(int count) {
    oneThreadPerCall();
    this.threads =
        Executors.newFixedThreadPool(
            count,
            task ->
                Thread.ofPlatform()
                    .name("gradients")
                    .daemon()
                    .unstarted(
                        () -> {
                          oneThreadPerCall();
                          // Subnormal numbers cost a hundred times as much, and mean nothing here.
                          torch.globalContext().setFlushDenormal(true);
                          task.run();
                        }));
    Runtime.getRuntime().addShutdownHook(onExit);
  }

  /** Keeps LibTorch and OpenBLAS from starting threads of their own for the calling thread. */
  static void oneThreadPerCall() {
    torch.set_num_threads(1);
    openblas_nolapack.blas_set_num_threads(1);
  }

  /** Runs the tasks and returns what they return, in their order. */
  public <T> List<T> run(List<? extends Callable<T>> tasks) {
    List<Future<T>> futures = new ArrayList<>(tasks.size());
    for (Callable<T> task : tasks) {
      futures.add(threads.submit(task));
    }
    List<T> results = new ArrayList<>(tasks.size());
    for (Future<T> future : futures) {
      results.add(await(future));
    }
    return results;
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The process is ending; the hook runs already.
    }
  }

  private void stop() {
    threads.shutdownNow();
    try {
      threads.awaitTermination(GRACE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("training was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a micro-batch failed: " + e.getCause(), e.getCause());
    }
  }
}
