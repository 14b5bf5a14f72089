package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;
import java.util.List;

/**
 * The loss over arrays: every position against the item that came next and against all negatives.
 *
 * @param value the cross entropy, summed over positions
 * @param queries gradients of the cross entropy and the balance, like all that follow
 */
record MixtureLoss(
    double value, Vectors queries, Vectors positives, Vectors negatives, GateWeights weights) {
  /**
   * Computes it.
   *
   * @param shape base dimension is of no account
   * @param queries M of them, unit components
   * @param positives M of them
   * @param negatives R of them
   * @param balanceWeight of {@link dev.molstream.training.loss.MutualInformationLoss}
   */
  static MixtureLoss of(
      MolShape shape,
      Vectors queries,
      Vectors positives,
      Vectors negatives,
      GateWeights weights,
      Sample sample,
      GateDropout dropout,
      float balanceWeight) {
    CrossGate crossGate = new CrossGate(shape, weights);
    Queries left = new Queries(shape, queries);
    PositivePairs own = new PositivePairs(shape, positives, left, crossGate, dropout);
    ItemBlock[] items = items(shape, negatives, sample.items().length);
    PairGradients gradients = new PairGradients(shape);
    PairBlock[] blocks = new PairBlock[items.length];
    for (int b = 0; b < blocks.length; b++) {
      blocks[b] = new PairBlock(shape);
    }
    float[] scores = new float[items.length * PairMath.PAIRS];
    float[] slopes = new float[scores.length];
    float[] positiveSlopes = new float[Math.ceilDiv(left.count(), PairMath.PAIRS) * PairMath.PAIRS];
    double value = 0;
    own.forward();
    for (int position = 0; position < left.count(); position++) {
      int firstKey = dropout.negativeKey() + position * scores.length;
      for (int b = 0; b < blocks.length; b++) {
        int from = b * PairMath.PAIRS;
        items[b].pair(left, position, crossGate.outputBias(), blocks[b]);
        blocks[b].forward(crossGate, firstKey + from, dropout.threshold(), scores, from);
      }
      value += sample.loss(position, own.score(position), scores, slopes);
      positiveSlopes[position] = Sample.positiveSlope(slopes);
      for (int b = 0; b < blocks.length; b++) {
        blocks[b].mixtureBackward(scores, slopes, b * PairMath.PAIRS, gradients);
        crossGate.backward(blocks[b], gradients, items[b].count());
        items[b].backward(left, position, gradients, crossGate.ofOutputBias());
      }
    }
    own.backward(positiveSlopes, balanceWeight, gradients);
    return new MixtureLoss(
        value,
        left.gradients(),
        own.gradients(),
        gradients(negatives, items),
        crossGate.gradients());
  }

  /** All gradients: queries, positives, negatives (components and gates each), weights. */
  List<float[]> gradients() {
    return List.of(
        queries.components(),
        queries.gates(),
        positives.components(),
        positives.gates(),
        negatives.components(),
        negatives.gates(),
        weights.hiddenWeight(),
        weights.hiddenBias(),
        weights.outputWeight(),
        weights.outputBias());
  }

  private static ItemBlock[] items(MolShape shape, Vectors negatives, int count) {
    ItemBlock[] blocks = new ItemBlock[Math.ceilDiv(count, PairMath.PAIRS)];
    for (int b = 0; b < blocks.length; b++) {
      int from = b * PairMath.PAIRS;
      blocks[b] = new ItemBlock(shape, negatives, from, Math.min(PairMath.PAIRS, count - from));
    }
    return blocks;
  }

  private static Vectors gradients(Vectors negatives, ItemBlock[] items) {
    Vectors gradients =
        new Vectors(new float[negatives.components().length], new float[negatives.gates().length]);
    for (int b = 0; b < items.length; b++) {
      items[b].copyGradients(gradients, b * PairMath.PAIRS);
    }
    return gradients;
  }
}
