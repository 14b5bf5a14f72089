package dev.molstream.training.batch;

import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws negatives: some by how often their item occurs in what is learned from, the others from all
 * items alike. Negatives shared by all positions waste least when they are drawn as the model will
 * foretell them on average, and that is by popularity; the uniform part bounds how many items one
 * of them can stand for. Immutable; any thread.
 */
final class NegativeSampler {
  private final double[] cumulative;

  private NegativeSampler(double[] cumulative) {
    this.cumulative = cumulative;
  }

  /**
   * A sampler over the catalogue.
   *
   * @param popularShare how many of the draws go by popularity, 0 to 1
   */
  static NegativeSampler of(TrainingData data, Split split, double popularShare) {
    long[] counts = new long[data.itemCount()];
    for (int user = 0; user < data.userCount(); user++) {
      for (int event = 0; event < split.learnable(user); event++) {
        counts[data.item(user, event)]++;
      }
    }
    double all = Math.max(1, Arrays.stream(counts).sum());
    double[] cumulative = new double[counts.length];
    double sum = 0;
    for (int item = 0; item < counts.length; item++) {
      sum += popularShare * counts[item] / all + (1 - popularShare) / counts.length;
      cumulative[item] = sum;
    }
    return new NegativeSampler(cumulative);
  }

  /** An item's number. */
  int draw(RandomGenerator random) {
    double place = random.nextDouble() * cumulative[cumulative.length - 1];
    int found = Arrays.binarySearch(cumulative, place);
    return Math.min(cumulative.length - 1, found < 0 ? -found - 1 : found + 1);
  }

  /** How likely each draw is to be this item. */
  double probability(int item) {
    double before = item == 0 ? 0 : cumulative[item - 1];
    return (cumulative[item] - before) / cumulative[cumulative.length - 1];
  }
}
