package dev.molstream.training.mixture;

import dev.molstream.training.loss.DotProductSoftmax.Loss;
import dev.molstream.training.loss.MutualInformationLoss;
import dev.molstream.training.loss.OwnNegatives;
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
      OwnNegatives negatives,
      Dropout dropout,
      float balanceWeight) {
    Tensor positives = Tensors.of(labels, labels.length);
    MolHead.Scored own =
        head.scorePairs(
            queries.components(),
            queries.gates(),
            items.components().index_select(0, positives),
            items.gates().index_select(0, positives),
            dropout);
    long count = negatives.count();
    Tensor repeated = Tensors.of(repeated(labels.length, negatives.count()), labels.length * count);
    Tensor places = Tensors.of(negatives.places(), labels.length * count);
    Tensor others =
        head.scorePairs(
                queries.components().index_select(0, repeated),
                queries.gates().index_select(0, repeated),
                items.components().index_select(0, places),
                items.gates().index_select(0, places),
                dropout)
            .scores()
            .view(labels.length, count)
            .add(Tensors.of(negatives.logWeights(), labels.length, count));
    Tensor crossEntropy = SampledSoftmax.ofScores(own.scores(), others);
    Tensor balance = MutualInformationLoss.of(own.gates()).mul(new Scalar(balanceWeight));
    return new Loss(Tensors.value(crossEntropy), crossEntropy.add(balance));
  }

  /** Each position as often as it has negatives. */
  private static long[] repeated(int positions, int count) {
    long[] repeated = new long[positions * count];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = i / count;
    }
    return repeated;
  }
}
