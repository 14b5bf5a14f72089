package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;
import dev.molstream.training.loss.DotProductSoftmax.Loss;
import dev.molstream.training.loss.OwnNegatives;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.EncoderKind;
import dev.molstream.training.network.EncoderShape;
import dev.molstream.training.network.GatedUnit;
import dev.molstream.training.network.MolHead;
import dev.molstream.training.network.NetworkShape;
import dev.molstream.training.network.RetrievalNetwork;
import dev.molstream.training.network.RetrievalNetwork.Items;
import dev.molstream.training.network.RetrievalNetwork.Queries;
import dev.molstream.training.network.Tensors;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A head with gates that matter, random inputs, and the loss by both paths. */
@SuppressWarnings("ArrayRecordComponent") // handed over
record Examples(
    MolHead head,
    Queries queries,
    Items items,
    long[] labels,
    OwnNegatives negatives,
    float balanceWeight) {
  /** A network with a random cross gate of this deviation; belongs to the caller. */
  static RetrievalNetwork network(MolShape shape, double deviation, RandomGenerator random) {
    RetrievalNetwork network =
        RetrievalNetwork.create(
            new NetworkShape(
                shape,
                EncoderKind.HSTU,
                new EncoderShape(4, 1, 1, 4, 0, 0),
                4,
                GatedUnit.SWIGLU,
                0,
                8,
                8,
                false,
                0,
                true),
            random);
    Map<String, float[]> values = network.parameters().snapshot();
    values.forEach(
        (name, numbers) -> {
          if (name.startsWith("gate.")) {
            gaussians(random, deviation, numbers);
          }
        });
    network.parameters().restore(values);
    return network;
  }

  /** Positions and their negatives, a few of them absent; tensors of the surrounding scope. */
  static Examples random(
      RetrievalNetwork network,
      int items,
      int count,
      int sampled,
      float balance,
      RandomGenerator random) {
    MolShape shape = network.shape().mol();
    Tensor components = unit(random, items, shape.itemComponents(), shape.componentDimension());
    return new Examples(
        network.head(),
        new Queries(
            unit(random, count, shape.queryComponents(), shape.componentDimension()),
            gates(random, count, shape.logits()),
            null),
        new Items(components, components, gates(random, items, shape.logits())),
        random.longs(count, 0, items).toArray(),
        new OwnNegatives(
            sampled,
            random.longs((long) count * sampled, 0, items).toArray(),
            someAbsent(gaussians(random, 1.5, new float[count * sampled]), random)),
        balance);
  }

  /** What the loss has gradients of. */
  List<Tensor> inputs() {
    MolHead.CrossGateWeights weights = head.crossGateWeights();
    return List.of(
        queries.components(),
        queries.gates(),
        items.components(),
        items.gates(),
        weights.hiddenWeight(),
        weights.hiddenBias(),
        weights.outputWeight(),
        weights.outputBias());
  }

  Loss fused(Dropout dropout) {
    return FusedMixtureLoss.of(head, queries, items, labels, negatives, dropout, balanceWeight);
  }

  Loss byAutograd(Dropout dropout) {
    return AutogradMixtureLoss.of(head, queries, items, labels, negatives, dropout, balanceWeight);
  }

  /** Now and then the weight of a negative that is not there; the first one is. */
  static float[] someAbsent(float[] logWeights, RandomGenerator random) {
    for (int i = 1; i < logWeights.length; i++) {
      logWeights[i] = random.nextInt(8) == 0 ? Float.NEGATIVE_INFINITY : logWeights[i];
    }
    return logWeights;
  }

  /** The gradients of all {@link #inputs}. */
  TensorVector gradients(Loss loss) {
    TensorVector wanted = new TensorVector();
    inputs().forEach(wanted::push_back);
    return torch.grad(
        new TensorVector(loss.surrogate()),
        wanted,
        new TensorVector(),
        new BoolOptional(),
        false,
        false);
  }

  private static Tensor unit(RandomGenerator random, int rows, int components, int dimension) {
    float[] values = gaussians(random, 1, new float[rows * components * dimension]);
    for (int from = 0; from < values.length; from += dimension) {
      double squares = 0;
      for (int i = from; i < from + dimension; i++) {
        squares += values[i] * values[i];
      }
      for (int i = from; i < from + dimension; i++) {
        values[i] /= (float) Math.sqrt(squares);
      }
    }
    return leaf(values, rows, components, dimension);
  }

  private static Tensor gates(RandomGenerator random, int rows, int columns) {
    return leaf(gaussians(random, 1, new float[rows * columns]), rows, columns);
  }

  private static float[] gaussians(RandomGenerator random, double deviation, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private static Tensor leaf(float[] values, long... shape) {
    Tensor tensor = Tensors.of(values, shape);
    tensor.set_requires_grad(true);
    return tensor;
  }
}
