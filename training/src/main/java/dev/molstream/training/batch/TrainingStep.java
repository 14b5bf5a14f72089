package dev.molstream.training.batch;

import java.util.List;

/**
 * One step of the optimiser.
 *
 * @param items the items the step needs
 * @param batches micro-batches, longest histories first
 * @param averagedNegatives places of the shared negatives that the mean of the logits is learned
 *     against; every place in order when all items serve
 * @param mixtureNegatives places of those that the mixture is learned against, likewise
 * @param mixtureLogShares log of how many items each of those stands for
 * @param seed for what the step draws at random
 */
@SuppressWarnings("ArrayRecordComponent") // read only
public record TrainingStep(
    StepItems items,
    List<SequenceBatch> batches,
    long[] averagedNegatives,
    long[] mixtureNegatives,
    float[] mixtureLogShares,
    long seed) {
  /** How many positions are learned from. */
  public int positions() {
    return batches.stream().mapToInt(batch -> batch.positions().length).sum();
  }
}
