package dev.molstream.training.mixture;

import dev.molstream.retrieval.kernel.KernelKind;
import dev.molstream.training.loss.DotProductSoftmax.Loss;
import dev.molstream.training.loss.OwnNegatives;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.MolHead;
import dev.molstream.training.network.RetrievalNetwork.Items;
import dev.molstream.training.network.RetrievalNetwork.Queries;
import dev.molstream.training.network.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Cross entropy by {@link MolHead}'s scores against each position's own negatives, and {@link
 * dev.molstream.training.loss.MutualInformationLoss} of its gates, with gradients written out:
 * several times faster than autograd, which makes a dozen tables of the size L × M × R.
 *
 * <p>Which gates are dropped differs from what {@link MolHead} drops, how many does not.
 */
public final class FusedMixtureLoss {
  private FusedMixtureLoss() {}

  /** Whether this JVM has the vectors that it takes. */
  public static boolean runsHere() {
    return KernelKind.chosen() == KernelKind.SIMD;
  }

  /**
   * The loss and its gradients.
   *
   * @param queries M
   * @param labels [M] places of the items that came next
   * @param negatives of each position
   * @param balanceWeight of the gates' mutual information
   * @return the cross entropy; its surrogate has the gradients of the balance, too
   */
  public static Loss of(
      MolHead head,
      Queries queries,
      Items items,
      long[] labels,
      OwnNegatives negatives,
      Dropout dropout,
      float balanceWeight) {
    Tensor positives = Tensors.of(labels, labels.length);
    MolHead.CrossGateWeights weights = head.crossGateWeights();
    List<Tensor> inputs =
        List.of(
            queries.components(),
            queries.gates(),
            items.components().index_select(0, positives),
            items.gates().index_select(0, positives),
            items.components(),
            items.gates(),
            weights.hiddenWeight(),
            weights.hiddenBias(),
            weights.outputWeight(),
            weights.outputBias());
    List<float[]> values = inputs.stream().map(Tensors::floats).toList();
    MixtureLoss loss =
        MixtureLoss.of(
            head.shape(),
            new Vectors(values.get(0), values.get(1)),
            new Vectors(values.get(2), values.get(3)),
            new Vectors(values.get(4), values.get(5)),
            new GateWeights(values.get(6), values.get(7), values.get(8), values.get(9)),
            negatives,
            GateDropout.of(dropout.isOn() ? MolHead.GATE_DROPOUT : 0, dropout.seed()),
            balanceWeight);
    return new Loss(loss.value(), surrogate(inputs, loss.gradients()));
  }

  /** A sum that has these gradients. */
  private static Tensor surrogate(List<Tensor> inputs, List<float[]> gradients) {
    Tensor sum = torch.zeros(1);
    for (int i = 0; i < gradients.size(); i++) {
      Tensor input = inputs.get(i);
      sum = sum.add(input.mul(Tensors.of(gradients.get(i), input.shape())).sum());
    }
    return sum;
  }
}
