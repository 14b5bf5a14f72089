package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;
import dev.molstream.training.loss.OwnNegatives;

/** The loss as the paper writes it, pair by pair in double precision. */
final class PlainMixtureLoss {
  private final MolShape shape;
  private final OwnNegatives sample;
  private final GateDropout dropout;
  private final double balanceWeight;

  PlainMixtureLoss(MolShape shape, OwnNegatives sample, GateDropout dropout, double balanceWeight) {
    this.shape = shape;
    this.sample = sample;
    this.dropout = dropout;
    this.balanceWeight = balanceWeight;
  }

  /**
   * Cross entropy and weighted balance.
   *
   * @param inputs as {@link MixtureLoss#gradients} orders them
   */
  double value(double[][] inputs) {
    int sampled = sample.count();
    int count = sample.places().length / sampled;
    int blocks = Math.ceilDiv(sampled, PairMath.PAIRS);
    double[] used = new double[shape.logits()];
    double conditional = 0;
    double crossEntropy = 0;
    for (int i = 0; i < count; i++) {
      double[] logits = logits(inputs, i, 2, i);
      double[] weights = weights(inputs, logits, i, 2, i, dropout.positiveKey() + i);
      for (int p = 0; p < weights.length; p++) {
        used[p] += weights[p] / count;
        conditional += weights[p] * Math.log(weights[p] + 1e-6) / count;
      }
      double positive = score(logits, weights);
      double total = 1;
      for (int j = 0; j < sampled; j++) {
        int item = (int) sample.places()[i * sampled + j];
        int key = dropout.negativeKey() + i * blocks * PairMath.PAIRS + j;
        double[] others = logits(inputs, i, 4, item);
        double score = score(others, weights(inputs, others, i, 4, item, key));
        total += Math.exp(score + sample.logWeights()[i * sampled + j] - positive);
      }
      crossEntropy += Math.log(total);
    }
    double balance = -conditional;
    for (double mean : used) {
      balance += mean * Math.log(mean + 1e-6);
    }
    return crossEntropy + balanceWeight * balance;
  }

  /** How many positives' kept gates add up to less than what they are divided by. */
  int held(double[][] inputs) {
    int held = 0;
    for (int i = 0; i < sample.places().length / sample.count(); i++) {
      double sum = 0;
      for (double weight :
          weights(inputs, logits(inputs, i, 2, i), i, 2, i, dropout.positiveKey() + i)) {
        sum += weight;
      }
      held += sum > 0 && sum < 1 - 1e-9 ? 1 : 0;
    }
    return held;
  }

  private double[] logits(double[][] inputs, int query, int items, int item) {
    int d = shape.componentDimension();
    double[] logits = new double[shape.logits()];
    for (int n = 0; n < shape.queryComponents(); n++) {
      for (int m = 0; m < shape.itemComponents(); m++) {
        double dot = 0;
        for (int k = 0; k < d; k++) {
          dot +=
              inputs[0][(query * shape.queryComponents() + n) * d + k]
                  * inputs[items][(item * shape.itemComponents() + m) * d + k];
        }
        logits[n * shape.itemComponents() + m] = dot / shape.temperature();
      }
    }
    return logits;
  }

  /** π after dropout. */
  private double[] weights(
      double[][] inputs, double[] logits, int query, int items, int item, int key) {
    int count = logits.length;
    double[] hidden = new double[shape.gateHidden()];
    for (int h = 0; h < hidden.length; h++) {
      double sum = inputs[7][h];
      for (int p = 0; p < count; p++) {
        sum += inputs[6][h * count + p] * logits[p];
      }
      hidden[h] = silu(sum);
    }
    double[] weights = new double[count];
    double total = 0;
    for (int p = 0; p < count; p++) {
      double gate =
          inputs[9][p] + inputs[1][query * count + p] * inputs[items + 1][item * count + p];
      for (int h = 0; h < hidden.length; h++) {
        gate += inputs[8][p * hidden.length + h] * hidden[h];
      }
      weights[p] = Math.exp(silu(gate));
      total += weights[p];
    }
    double kept = 0;
    for (int p = 0; p < count; p++) {
      weights[p] = PairMath.isDropped(key, p, dropout.threshold()) ? 0 : weights[p] / total;
      kept += weights[p];
    }
    for (int p = 0; p < count; p++) {
      weights[p] /= Math.max(kept, 1e-6);
    }
    return weights;
  }

  private static double score(double[] logits, double[] weights) {
    double score = 0;
    for (int p = 0; p < logits.length; p++) {
      score += weights[p] * logits[p];
    }
    return score;
  }

  private static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }
}
