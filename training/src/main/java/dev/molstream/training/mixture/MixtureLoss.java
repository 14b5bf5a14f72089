package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;
import dev.molstream.training.loss.OwnNegatives;
import java.util.List;

/**
 * The loss over arrays: every position against the item that came next and against its negatives.
 *
 * @param value the cross entropy, summed over positions
 * @param queries gradients of the cross entropy and the balance, like all that follow
 */
record MixtureLoss(
    double value, Vectors queries, Vectors positives, Vectors items, GateWeights weights) {
  /**
   * Computes it.
   *
   * @param shape base dimension is of no account
   * @param queries M of them, unit components
   * @param positives M of them
   * @param items the table that negatives are taken from
   * @param drawn the negatives of each position, from the table
   * @param balanceWeight of {@link dev.molstream.training.loss.MutualInformationLoss}
   */
  static MixtureLoss of(
      MolShape shape,
      Vectors queries,
      Vectors positives,
      Vectors items,
      GateWeights weights,
      OwnNegatives drawn,
      GateDropout dropout,
      float balanceWeight) {
    CrossGate crossGate = new CrossGate(shape, weights);
    Queries left = new Queries(shape, queries);
    PositivePairs own = new PositivePairs(shape, positives, left, crossGate, dropout);
    Vectors ofItems =
        new Vectors(new float[items.components().length], new float[items.gates().length]);
    PairGradients gradients = new PairGradients(shape);
    int blockCount = Math.ceilDiv(drawn.count(), PairMath.PAIRS);
    PairBlock[] blocks = new PairBlock[blockCount];
    NegativeBlock[] negatives = new NegativeBlock[blockCount];
    for (int b = 0; b < blockCount; b++) {
      blocks[b] = new PairBlock(shape);
      negatives[b] = new NegativeBlock(shape, items, ofItems);
    }
    float[] scores = new float[blockCount * PairMath.PAIRS];
    float[] slopes = new float[scores.length];
    float[] positiveSlopes = new float[Math.ceilDiv(left.count(), PairMath.PAIRS) * PairMath.PAIRS];
    double value = 0;
    own.forward();
    for (int position = 0; position < left.count(); position++) {
      int firstKey = dropout.negativeKey() + position * scores.length;
      for (int b = 0; b < blockCount; b++) {
        int from = b * PairMath.PAIRS;
        negatives[b].pair(
            left,
            position,
            drawn.places(),
            position * drawn.count() + from,
            Math.min(PairMath.PAIRS, drawn.count() - from),
            crossGate.outputBias(),
            blocks[b]);
        blocks[b].forward(crossGate, firstKey + from, dropout.threshold(), scores, from);
      }
      value += CrossEntropy.loss(drawn, position, own.score(position), scores, slopes);
      positiveSlopes[position] = CrossEntropy.positiveSlope(slopes);
      for (int b = 0; b < blockCount; b++) {
        blocks[b].mixtureBackward(scores, slopes, b * PairMath.PAIRS, gradients);
        crossGate.backward(blocks[b], gradients, negatives[b].count());
        negatives[b].backward(left, position, gradients, crossGate.ofOutputBias());
      }
    }
    own.backward(positiveSlopes, balanceWeight, gradients);
    return new MixtureLoss(
        value, left.gradients(), own.gradients(), ofItems, crossGate.gradients());
  }

  /** All gradients: queries, positives, items (components and gates each), weights. */
  List<float[]> gradients() {
    return List.of(
        queries.components(),
        queries.gates(),
        positives.components(),
        positives.gates(),
        items.components(),
        items.gates(),
        weights.hiddenWeight(),
        weights.hiddenBias(),
        weights.outputWeight(),
        weights.outputBias());
  }
}
