package dev.molstream.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.training.network.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

class SampledSoftmaxTest {
  @Test
  void sampleOfEveryOtherItemGivesTheFullSoftmax() {
    try (var _ = new PointerScope()) {
      double full =
          Tensors.value(
              SampledSoftmax.overAll(
                  Tensors.of(new float[] {1, 2, 3, 0.5f}, 1, 4), Tensors.of(new long[] {2}, 1)));
      double sampled =
          Tensors.value(
              SampledSoftmax.overSample(
                  Tensors.of(new float[] {3}, 1),
                  Tensors.of(new float[] {1, 2, 3, 0.5f}, 1, 4),
                  Tensors.of(new long[] {2}, 1),
                  Tensors.of(new long[] {0, 1, 2, 3}, 4),
                  4));

      assertThat(sampled).isCloseTo(full, within(1e-5));
    }
  }

  @Test
  void eachNegativeStandsForItsShareOfTheCatalogue() {
    try (var _ = new PointerScope()) {
      double loss =
          Tensors.value(
              SampledSoftmax.overSample(
                  Tensors.of(new float[] {0}, 1),
                  Tensors.of(new float[] {0, 0}, 1, 2),
                  Tensors.of(new long[] {9}, 1),
                  Tensors.of(new long[] {0, 1}, 2),
                  100));

      assertThat(loss).isCloseTo(Math.log(1 + 100), within(1e-4));
    }
  }
}
