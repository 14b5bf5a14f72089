package dev.molstream.training;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How far a phase of training has come, by steps or by the time budget, whichever is further: on a
 * machine too slow for all epochs the learning rate still falls to its end. One thread.
 */
final class Pace {
  private static final double SLACK = 0.1;

  private final Duration budget;
  private final int plannedSteps;
  private final LongSupplier nanoTime;
  private final long began;
  private int steps;

  /** Begins now. */
  Pace(Duration budget, int plannedSteps, LongSupplier nanoTime) {
    this(budget, plannedSteps, nanoTime, 0, 0);
  }

  /** Goes on after so many steps, which took so long. */
  Pace(Duration budget, int plannedSteps, LongSupplier nanoTime, int steps, long elapsedNanos) {
    this.budget = budget;
    this.plannedSteps = plannedSteps;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong() - elapsedNanos;
    this.steps = steps;
  }

  /** Counts a step. */
  void stepDone() {
    steps++;
  }

  /** Steps so far. */
  int steps() {
    return steps;
  }

  /** Steps of the phase if time suffices. */
  int plannedSteps() {
    return plannedSteps;
  }

  /** From 0 to 1; time counts only when steps fall clearly behind it. */
  double progress() {
    double late = (timeShare() - SLACK) / (1 - SLACK);
    return Math.min(1, Math.max((double) steps / plannedSteps, late));
  }

  /** True when the time is used up. */
  boolean isOver() {
    return timeShare() >= 1;
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
