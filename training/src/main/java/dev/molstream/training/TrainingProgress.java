package dev.molstream.training;

import java.time.Duration;

/** Hears how training goes; called on the training thread. */
public interface TrainingProgress {
  /** Hears nothing. */
  TrainingProgress SILENT = new TrainingProgress() {};

  /** What is being learned. */
  enum Phase {
    /** All logits weigh the same: as cheap as a dot product. */
    WARM_UP,
    /** The gates learn too. */
    MIXTURE,
    /** The chosen model learns from the events it was chosen by. */
    REFIT
  }

  /**
   * After a step.
   *
   * @param phase what is being learned
   * @param step steps done, from 1
   * @param steps steps of the whole training
   * @param loss mean cross entropy of this step, nats
   * @param remaining expected time to the end
   */
  record Step(Phase phase, int step, int steps, double loss, Duration remaining) {}

  /**
   * After an epoch.
   *
   * @param phase what was learned
   * @param epoch epochs done, from 1
   * @param epochs epochs of the whole training
   * @param loss mean cross entropy of the epoch, nats
   * @param hitRate HR@10 of the validation items; in the refit, of the model that was chosen
   * @param best true when no earlier epoch was better
   * @param elapsed since training began
   */
  record Epoch(
      Phase phase,
      int epoch,
      int epochs,
      double loss,
      double hitRate,
      boolean best,
      Duration elapsed) {}

  /** A step is done. */
  default void step(Step step) {}

  /** An epoch is done and validated. */
  default void epoch(Epoch epoch) {}
}
