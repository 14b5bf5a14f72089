package dev.molstream.training.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class TensorsTest {
  @Test
  void aVectorOfZerosHasNoUnitVectorAndNoGradient() {
    try (var _ = new PointerScope()) {
      Tensor vectors = Tensors.of(new float[] {0, 0, 3, 4}, 2, 2);
      vectors.set_requires_grad(true);

      Tensor units = Tensors.unit(vectors);
      units.sum().backward();

      assertThat(Tensors.floats(units)).containsExactly(0, 0, 0.6f, 0.8f);
      assertThat(Tensors.floats(vectors.grad())).doesNotContain(Float.NaN);
    }
  }
}
