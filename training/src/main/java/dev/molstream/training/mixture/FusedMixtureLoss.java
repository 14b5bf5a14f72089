package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.KernelKind;
import dev.molstream.training.loss.DotProductSoftmax.Loss;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.MolHead;
import dev.molstream.training.network.RetrievalNetwork.Items;
import dev.molstream.training.network.RetrievalNetwork.Queries;
import dev.molstream.training.network.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * {@link dev.molstream.training.loss.SampledSoftmax#overSample} of {@link MolHead}'s scores and
 * {@link dev.molstream.training.loss.MutualInformationLoss} of its gates, with gradients written
 * out: several times faster than autograd, which makes a dozen tables of the size L × M × R.
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
   * @param positives M items that came next
   * @param negatives R items, the sample
   * @param labels [M] places of the items that came next
   * @param sample [R] places of the sample's items; where one is the label it is left out
   * @param logWeight is added to the negatives' scores
   * @param balanceWeight of the gates' mutual information
   * @return the cross entropy; its surrogate has the gradients of the balance, too
   */
  public static Loss of(
      MolHead head,
      Queries queries,
      Items positives,
      Items negatives,
      long[] labels,
      long[] sample,
      float logWeight,
      Dropout dropout,
      float balanceWeight) {
    MolShape shape = head.shape();
    MolHead.CrossGateWeights weights = head.crossGateWeights();
    double rate = dropout.isOn() ? MolHead.GATE_DROPOUT : 0;
    MixtureLoss loss =
        MixtureLoss.of(
            shape,
            vectors(queries.components(), queries.gates()),
            vectors(positives.components(), positives.gates()),
            vectors(negatives.components(), negatives.gates()),
            new GateWeights(
                Tensors.floats(weights.hiddenWeight()),
                Tensors.floats(weights.hiddenBias()),
                Tensors.floats(weights.outputWeight()),
                Tensors.floats(weights.outputBias())),
            new Sample(labels, sample, logWeight),
            GateDropout.of(rate, dropout.seed()),
            balanceWeight);
    Tensor surrogate =
        surrogate(queries.components(), loss.queries().components())
            .add(surrogate(queries.gates(), loss.queries().gates()))
            .add(surrogate(positives.components(), loss.positives().components()))
            .add(surrogate(positives.gates(), loss.positives().gates()))
            .add(surrogate(negatives.components(), loss.negatives().components()))
            .add(surrogate(negatives.gates(), loss.negatives().gates()))
            .add(surrogate(weights.hiddenWeight(), loss.weights().hiddenWeight()))
            .add(surrogate(weights.hiddenBias(), loss.weights().hiddenBias()))
            .add(surrogate(weights.outputWeight(), loss.weights().outputWeight()))
            .add(surrogate(weights.outputBias(), loss.weights().outputBias()));
    return new Loss(loss.value(), surrogate);
  }

  private static Vectors vectors(Tensor components, Tensor gates) {
    return new Vectors(Tensors.floats(components), Tensors.floats(gates));
  }

  /** What has this gradient. */
  private static Tensor surrogate(Tensor input, float[] gradient) {
    return input.mul(Tensors.of(gradient, input.shape())).sum();
  }
}
