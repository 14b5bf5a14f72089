package dev.molstream.training.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.training.network.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

class MutualInformationLossTest {
  @Test
  void isZeroWhenAllGatesAreAlike() {
    assertThat(loss(new float[] {0.7f, 0.7f, 0.2f, 0.2f, 0.1f, 0.1f}, 3, 2))
        .isCloseTo(0, within(1e-5));
  }

  @Test
  void isLeastWhenEachPairUsesOneLogitAndAllAreUsedEqually() {
    float[] oneHot = {1, 0, 0, 0, 1, 0, 0, 0, 1};

    assertThat(loss(oneHot, 3, 3)).isCloseTo(-Math.log(3), within(1e-5));
  }

  @Test
  void isZeroWhenAllPairsUseTheSameLogit() {
    assertThat(loss(new float[] {1, 1, 0, 0}, 2, 2)).isCloseTo(0, within(1e-5));
  }

  private static double loss(float[] gates, int logits, int pairs) {
    try (var _ = new PointerScope()) {
      return Tensors.value(MutualInformationLoss.of(Tensors.of(gates, logits, pairs)));
    }
  }
}
