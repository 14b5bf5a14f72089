package dev.molstream.training.mixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.MolShape;
import dev.molstream.training.loss.DotProductSoftmax.Loss;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.RetrievalNetwork;
import dev.molstream.training.network.Tensors;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against autograd through the head, the sampled softmax and the balance. */
class FusedMixtureLossTest {
  /** Large, so that it shows. */
  private static final float BALANCE = 30;

  /** Few, so that many a negative is that of another position, too. */
  private static final int ITEMS = 12;

  private final SplittableRandom random = new SplittableRandom(3);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 8, 8, 5, 3",
    "2, 1, 9, 10, 1, 1",
    "3, 2, 8, 8, 7, 20",
    "1, 8, 16, 33, 65, 64",
    "5, 3, 17, 31, 66, 70",
    "4, 4, 32, 32, 40, 128",
    "7, 5, 40, 12, 9, 129",
    "8, 4, 64, 128, 130, 128",
    "8, 8, 32, 128, 20, 300",
  })
  void agreesWithAutograd(
      int queryComponents, int itemComponents, int dimension, int hidden, int count, int sampled) {
    // given
    MolShape shape = new MolShape(4, queryComponents, itemComponents, dimension, hidden, 0.2f);
    try (RetrievalNetwork network = Examples.network(shape, 0.5, random);
        var _ = new PointerScope()) {
      Examples examples = Examples.random(network, ITEMS, count, sampled, BALANCE, random);

      // when
      Loss actual = examples.fused(Dropout.off());

      // then
      Loss expected = examples.byAutograd(Dropout.off());
      assertThat(actual.value()).isCloseTo(expected.value(), within(1e-5 * (1 + expected.value())));
      TensorVector actualGradients = examples.gradients(actual);
      TensorVector expectedGradients = examples.gradients(expected);
      for (int i = 0; i < examples.inputs().size(); i++) {
        float[] gradient = Tensors.floats(expectedGradients.get(i));
        float greatest = greatest(gradient);
        assertThat(greatest > 1e-3f || shape.logits() == 1).as("gradient %d", i).isTrue();
        assertThat(greatestDifference(Tensors.floats(actualGradients.get(i)), gradient))
            .as("gradient %d", i)
            .isLessThanOrEqualTo(2e-5f * greatest + 1e-9f);
      }
    }
  }

  /** Whatever the JIT compiler made of it meanwhile. */
  @Test
  void isTheSameToTheLastBitEveryTime() {
    MolShape shape = new MolShape(4, 3, 2, 8, 12, 0.1f);
    try (RetrievalNetwork network = Examples.network(shape, 0.5, random);
        var _ = new PointerScope()) {
      Examples examples = Examples.random(network, ITEMS, 70, 70, BALANCE, random);
      Loss first = examples.fused(Dropout.seeded(5));
      TensorVector gradients = examples.gradients(first);

      for (int i = 0; i < 40; i++) {
        try (var _ = new PointerScope()) {
          Loss next = examples.fused(Dropout.seeded(5));
          TensorVector same = examples.gradients(next);
          assertThat(next.value()).isEqualTo(first.value());
          for (int input = 0; input < examples.inputs().size(); input++) {
            assertThat(Tensors.floats(same.get(input)))
                .isEqualTo(Tensors.floats(gradients.get(input)));
          }
        }
      }
      assertThat(examples.fused(Dropout.seeded(6)).value()).isNotEqualTo(first.value());
    }
  }

  private static float greatest(float[] values) {
    float greatest = 0;
    for (float value : values) {
      greatest = Math.max(greatest, Math.abs(value));
    }
    return greatest;
  }

  private static float greatestDifference(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    float[] differences = new float[expected.length];
    for (int i = 0; i < expected.length; i++) {
      differences[i] = actual[i] - expected[i];
    }
    return greatest(differences);
  }
}
