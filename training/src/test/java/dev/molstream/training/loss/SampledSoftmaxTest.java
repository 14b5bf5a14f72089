package dev.molstream.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.training.network.Tensors;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class SampledSoftmaxTest {
  @Test
  void sampleOfEveryOtherItemGivesTheFullSoftmax() {
    try (var _ = new PointerScope()) {
      double loss =
          Tensors.value(
              SampledSoftmax.overSample(
                  Tensors.of(new float[] {3}, 1),
                  Tensors.of(new float[] {1, 2, 3, 0.5f}, 1, 4),
                  Tensors.of(new long[] {2}, 1),
                  Tensors.of(new long[] {0, 1, 2, 3}, 4),
                  Tensors.of(new float[4], 4)));

      double sum = Math.exp(1) + Math.exp(2) + Math.exp(3) + Math.exp(0.5);
      assertThat(loss).isCloseTo(Math.log(sum) - 3, within(1e-5));
    }
  }

  @Test
  void eachNegativeStandsForAsManyItemsAsItSays() {
    try (var _ = new PointerScope()) {
      double loss =
          Tensors.value(
              SampledSoftmax.overSample(
                  Tensors.of(new float[] {0}, 1),
                  Tensors.of(new float[] {0, 0}, 1, 2),
                  Tensors.of(new long[] {9}, 1),
                  Tensors.of(new long[] {0, 1}, 2),
                  Tensors.of(new float[] {(float) Math.log(60), (float) Math.log(40)}, 2)));

      assertThat(loss).isCloseTo(Math.log(1 + 100), within(1e-4));
    }
  }

  @Test
  void writtenOutGradientsOfDotProductsAgreeWithAutograd() {
    long[] labels = {3, 7, 1};
    long[] sample = {1, 5, 7, 7, 9};
    float[] logShares = new float[5];
    for (int i = 0; i < 5; i++) {
      logShares[i] = (float) Math.log(20 / 5.0) - 0.2f * i;
    }
    try (var _ = new PointerScope()) {
      Tensor queries = leaf(1, 3, 4);
      Tensor positives = leaf(2, 3, 4);
      Tensor negatives = leaf(3, 5, 4);
      Tensor expected =
          SampledSoftmax.overSample(
              queries.mul(positives).sum(1),
              queries.matmul(negatives.t()),
              Tensors.of(labels, 3),
              Tensors.of(sample, 5),
              Tensors.of(logShares, 5));
      DotProductSoftmax.Loss loss =
          DotProductSoftmax.of(queries, positives, negatives, labels, sample, logShares);

      assertThat(loss.value()).isCloseTo(Tensors.value(expected), within(1e-4));
      for (Tensor leaf : new Tensor[] {queries, positives, negatives}) {
        assertThat(gradient(loss.surrogate(), leaf))
            .usingComparatorWithPrecision(1e-4f)
            .containsExactly(gradient(expected, leaf));
      }
    }
  }

  private static float[] gradient(Tensor loss, Tensor leaf) {
    return Tensors.floats(
        torch
            .grad(
                new TensorVector(loss),
                new TensorVector(leaf),
                new TensorVector(),
                new BoolOptional(true),
                false,
                false)
            .get(0));
  }

  private static Tensor leaf(long seed, long rows, long columns) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[(int) (rows * columns)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Tensor tensor = Tensors.of(values, rows, columns);
    tensor.set_requires_grad(true);
    return tensor;
  }
}
