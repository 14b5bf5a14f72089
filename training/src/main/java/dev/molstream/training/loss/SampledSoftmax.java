package dev.molstream.training.loss;

import dev.molstream.training.network.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Cross entropy of the item that came next against negatives shared by all positions. */
public final class SampledSoftmax {
  private static final float NEVER = -5e4f;
  private static final long SUM = 2;
  private static final long NO_IGNORED_LABEL = -100;

  private SampledSoftmax() {}

  /**
   * Summed over positions, against a sample whose negatives stand for so many items each that the
   * sum over the sample estimates the sum over all: 1/(R·q) for items drawn with probability q.
   *
   * @param positives [M] scores of the items that came next
   * @param negatives [M, R] scores of the sample
   * @param labels [M] items that came next
   * @param sample [R] items of the sample; where one is the label it is left out
   * @param logShares [R] log of how many items each negative stands for
   */
  public static Tensor overSample(
      Tensor positives, Tensor negatives, Tensor labels, Tensor sample, Tensor logShares) {
    Tensor hits = labels.unsqueeze(1).eq(sample.unsqueeze(0));
    Tensor others = negatives.add(logShares.unsqueeze(0)).masked_fill(hits, new Scalar(NEVER));
    return ofScores(positives, others);
  }

  /**
   * Summed over positions.
   *
   * @param positives [M] scores of the items that came next
   * @param negatives [M, R] scores of the negatives, with the logarithms of their weights
   */
  public static Tensor ofScores(Tensor positives, Tensor negatives) {
    Tensor scores = torch.cat(new TensorVector(positives.unsqueeze(1), negatives), 1);
    int count = (int) positives.size(0);
    Tensor first = Tensors.of(new long[count], count);
    return torch.cross_entropy_loss(
        scores, first, new TensorOptional(), SUM, NO_IGNORED_LABEL, 0.0);
  }
}
