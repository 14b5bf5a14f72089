package dev.molstream.training.mixture;

import dev.molstream.training.loss.DotProductSoftmax.Loss;
import dev.molstream.training.loss.MutualInformationLoss;
import dev.molstream.training.loss.SampledSoftmax;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.MolHead;
import dev.molstream.training.network.RetrievalNetwork.Items;
import dev.molstream.training.network.RetrievalNetwork.Queries;
import dev.molstream.training.network.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * What {@link FusedMixtureLoss} computes, said in LibTorch's operations: slower, readable, and for
 * JVMs without vectors.
 */
public final class AutogradMixtureLoss {
  private AutogradMixtureLoss() {}

  /** The loss; arguments and result as for {@link FusedMixtureLoss#of}. */
  public static Loss of(
      MolHead head,
      Queries queries,
      Items items,
      long[] labels,
      long[] sample,
      float[] logShares,
      Dropout dropout,
      float balanceWeight) {
    Tensor positives = Tensors.of(labels, labels.length);
    Tensor negatives = Tensors.of(sample, sample.length);
    MolHead.Scored own =
        head.scorePairs(
            queries.components(),
            queries.gates(),
            items.components().index_select(0, positives),
            items.gates().index_select(0, positives),
            dropout);
    MolHead.Scored others =
        head.scoreAll(
            queries.components(),
            queries.gates(),
            items.components().index_select(0, negatives),
            items.gates().index_select(0, negatives),
            dropout);
    Tensor crossEntropy =
        SampledSoftmax.overSample(
            own.scores(),
            others.scores(),
            positives,
            negatives,
            Tensors.of(logShares, logShares.length));
    Tensor balance = MutualInformationLoss.of(own.gates()).mul(new Scalar(balanceWeight));
    return new Loss(Tensors.value(crossEntropy), crossEntropy.add(balance));
  }
}
