package dev.molstream.training.batch;

import java.util.List;

/**
 * One step of the optimiser.
 *
 * @param items the items the step needs
 * @param batches micro-batches, longest histories first
 * @param warmUpNegatives what the paired logits are learned against
 * @param mixtureNegatives what the mixture is learned against
 * @param seed for what the step draws at random
 */
public record TrainingStep(
    StepItems items,
    List<SequenceBatch> batches,
    Negatives warmUpNegatives,
    Negatives mixtureNegatives,
    long seed) {
  /** How many positions are learned from. */
  public int positions() {
    return batches.stream().mapToInt(batch -> batch.positions().length).sum();
  }
}
