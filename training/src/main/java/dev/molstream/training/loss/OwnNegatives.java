package dev.molstream.training.loss;

import dev.molstream.training.batch.Negatives;
import dev.molstream.training.network.Tensors;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Tensor;

/**
 * Negatives of each position, drawn from a sample of items by importance: the mean of the logits,
 * which costs a dot product, says which items matter to a position, so that few of them tell as
 * much as a thousand drawn blindly. Each has a weight that makes Σ e^(s + weight) an unbiased
 * estimate of Σ e^s over all items but the one that came next (adaptive importance sampling, Bengio
 * and Senécal 2008).
 *
 * @param count R, how many a position has
 * @param places [M, R] in the step's items
 * @param logWeights [M, R] to add to scores; -∞ fills the rows of positions with fewer
 */
@SuppressWarnings("ArrayRecordComponent") // read only
public record OwnNegatives(int count, long[] places, float[] logWeights) {
  /**
   * Draws them, systematically: R evenly spaced points on the line of added up probabilities, at a
   * random offset. An item that is hit several times is there once, with their weight.
   *
   * @param queries [M, d] whose products with items are the scores to draw by
   * @param items [S, d] those of the sample
   * @param labels [M] places of the items that came next, which are not drawn
   * @param sample S items
   * @param uniformShare how much of the probability is spread evenly, above 0 to 1: an item's
   *     weight is bounded by it, whatever the scores say
   */
  public static OwnNegatives draw(
      Tensor queries,
      Tensor items,
      long[] labels,
      Negatives sample,
      int count,
      double uniformShare,
      RandomGenerator random) {
    int size = sample.count();
    float[] scores;
    try (var _ = Tensors.withoutGradients()) {
      scores = Tensors.floats(queries.detach().matmul(items.detach().t()).exp_());
    }
    double[] shares = new double[size];
    for (int j = 0; j < size; j++) {
      shares[j] = Math.exp(sample.logShares()[j]);
    }
    long[] places = new long[labels.length * count];
    float[] logWeights = new float[places.length];
    Arrays.fill(logWeights, Float.NEGATIVE_INFINITY);
    for (int position = 0; position < labels.length; position++) {
      int row = position * size;
      double total = 0;
      double all = 0;
      for (int j = 0; j < size; j++) {
        if (sample.places()[j] != labels[position]) {
          total += scores[row + j] * shares[j];
          all += shares[j];
        }
      }
      double near = (1 - uniformShare) * count / total;
      double even = uniformShare * count / all;
      double line = 0;
      double next = random.nextDouble();
      int at = position * count;
      for (int j = 0; j < size && at < (position + 1) * count; j++) {
        if (sample.places()[j] != labels[position]) {
          double expected = (near * scores[row + j] + even) * shares[j];
          line += expected;
          if (line > next) {
            int hits = (int) Math.ceil(line - next);
            next += hits;
            places[at] = sample.places()[j];
            logWeights[at++] = (float) Math.log(hits * shares[j] / expected);
          }
        }
      }
    }
    return new OwnNegatives(count, places, logWeights);
  }

  /** The same negatives, each counting as itself, as in the paper. */
  public OwnNegatives uncorrected() {
    float[] zeros = logWeights.clone();
    for (int i = 0; i < zeros.length; i++) {
      zeros[i] = zeros[i] == Float.NEGATIVE_INFINITY ? zeros[i] : 0;
    }
    return new OwnNegatives(count, places, zeros);
  }
}
