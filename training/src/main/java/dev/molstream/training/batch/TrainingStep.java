package dev.molstream.training.batch;

import java.util.List;

/**
 * One step of the optimiser.
 *
 * @param items the items the step needs
 * @param batches micro-batches, longest histories first
 * @param negatives what the mean of the logits is learned against, and where the mixture's are
 *     drawn
 * @param seed for what the step draws at random
 */
public record TrainingStep(
    StepItems items, List<SequenceBatch> batches, Negatives negatives, long seed) {
  /** How many positions are learned from. */
  public int positions() {
    return batches.stream().mapToInt(batch -> batch.positions().length).sum();
  }

  /** At how many of them the mixture is learned. */
  public int mixedPositions() {
    return batches.stream().mapToInt(batch -> batch.mixed().length).sum();
  }
}
