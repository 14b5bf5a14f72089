package dev.molstream.training.pairs;

import dev.molstream.retrieval.MolShape;

/**
 * How pairs are learned from.
 *
 * @param mol sizes of the similarity; D is the length of the encoder's vectors
 * @param queryHidden inner width of the gated unit that makes query components
 * @param steps how many AdamW steps, at least 1
 * @param learningRate of the first step, falling to 0 in a straight line
 * @param weightDecay of AdamW
 * @param balanceWeight of the load-balancing loss
 * @param seed of weights, dropout and of what makes the pairs
 */
public record PairSettings(
    MolShape mol,
    int queryHidden,
    int steps,
    double learningRate,
    double weightDecay,
    double balanceWeight,
    long seed) {
  public PairSettings {
    if (steps < 1) {
      throw new IllegalArgumentException("steps " + steps + " is not at least 1");
    }
  }
}
