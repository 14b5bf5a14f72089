package dev.molstream.experiment;

import com.sun.management.OperatingSystemMXBean;
import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.training.TrainingProgress;
import dev.molstream.training.TrainingSettings;
import java.lang.management.ManagementFactory;

/**
 * Times the steps of a training, validation aside, and shows how far it has come by time, since
 * time may end it. The training's thread.
 */
final class TrainingClock implements TrainingProgress, AutoCloseable {
  private final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final BenchmarkProgress.Task task;
  private final int untimedEpochs;
  private final long began = System.nanoTime();
  private Instant epochBegan = now();
  private Instant lastStep = epochBegan;
  private int epochs;
  private long wallNanos;
  private long cpuNanos;

  private record Instant(long wallNanos, long cpuNanos) {}

  /**
   * Starts.
   *
   * @param untimedEpochs how many of the first epochs are not timed
   */
  TrainingClock(
      String name, TrainingSettings recipe, int untimedEpochs, BenchmarkProgress progress) {
    this.task = progress.begin("training " + name + " (seconds)", recipe.timeBudget().toSeconds());
    this.untimedEpochs = untimedEpochs;
  }

  @Override
  public void step(Step step) {
    lastStep = now();
    task.reached((lastStep.wallNanos() - began) / 1_000_000_000);
  }

  @Override
  public void epoch(Epoch epoch) {
    if (epoch.epoch() > untimedEpochs) {
      epochs++;
      wallNanos += lastStep.wallNanos() - epochBegan.wallNanos();
      cpuNanos += lastStep.cpuNanos() - epochBegan.cpuNanos();
    }
    epochBegan = now();
  }

  /** How many epochs were timed. */
  int epochs() {
    return epochs;
  }

  /** Seconds on the wall that they took. */
  double wallSeconds() {
    return wallNanos / 1e9;
  }

  /** Seconds of processor time that the process used meanwhile, of all its threads. */
  double cpuSeconds() {
    return cpuNanos / 1e9;
  }

  @Override
  public void close() {
    task.close();
  }

  private Instant now() {
    return new Instant(System.nanoTime(), process.getProcessCpuTime());
  }
}
