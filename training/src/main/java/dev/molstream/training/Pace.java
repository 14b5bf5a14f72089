package dev.molstream.training;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How far training has come, by steps or by the time budget, whichever is further: on a machine too
 * slow for all epochs the warm-up still leaves time for the mixture, and the learning rate still
 * falls to its end. One thread.
 */
final class Pace {
  private static final double SLACK = 0.1;

  private final Duration budget;
  private final int plannedSteps;
  private final double warmUpShare;
  private final LongSupplier nanoTime;
  private final long began;
  private int steps;

  /**
   * Begins now.
   *
   * @param warmUpShare the share of the time that the warm-up may take
   */
  Pace(Duration budget, int plannedSteps, double warmUpShare, LongSupplier nanoTime) {
    this.budget = budget;
    this.plannedSteps = plannedSteps;
    this.warmUpShare = warmUpShare;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  /** Counts a step. */
  void stepDone() {
    steps++;
  }

  /** Steps so far. */
  int steps() {
    return steps;
  }

  /** Steps of the whole training if time suffices. */
  int plannedSteps() {
    return plannedSteps;
  }

  /** From 0 to 1; time counts only when steps fall clearly behind it. */
  double progress() {
    double late = (timeShare() - SLACK) / (1 - SLACK);
    return Math.min(1, Math.max((double) steps / plannedSteps, late));
  }

  /** True when the phase has used up its time. */
  boolean isOver(TrainingProgress.Phase phase) {
    return switch (phase) {
      case WARM_UP -> timeShare() >= warmUpShare;
      case MIXTURE -> timeShare() >= 1;
    };
  }

  /** Since it began. */
  Duration elapsed() {
    return Duration.ofNanos(nanoTime.getAsLong() - began);
  }

  /** Expected time to the end. */
  Duration remaining() {
    double progress = progress();
    return progress == 0
        ? budget
        : Duration.ofNanos((long) (elapsed().toNanos() * (1 - progress) / progress));
  }

  private double timeShare() {
    return budget.isZero() ? 1 : (double) elapsed().toNanos() / budget.toNanos();
  }
}
