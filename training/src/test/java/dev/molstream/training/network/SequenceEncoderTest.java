package dev.molstream.training.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SequenceEncoderTest {
  private static final int WIDTH = 8;
  private static final int LENGTH = 6;
  private static final EncoderShape SHAPE = new EncoderShape(WIDTH, 2, 2, 12, 0.3, 0);

  @ParameterizedTest
  @EnumSource(EncoderKind.class)
  void laterEventsNeverChangeEarlierOutputs(EncoderKind kind) {
    try (Parameters parameters = new Parameters(new SplittableRandom(1))) {
      SequenceEncoder encoder = encoder(kind, parameters);
      float[] history = random(LENGTH * WIDTH);
      float[] changed = history.clone();
      Arrays.fill(changed, 4 * WIDTH, 5 * WIDTH, 3f);

      float[] before = encode(encoder, history, LENGTH);
      float[] after = encode(encoder, changed, LENGTH);

      assertThat(Arrays.copyOf(after, 4 * WIDTH)).isEqualTo(Arrays.copyOf(before, 4 * WIDTH));
      assertThat(Arrays.copyOfRange(after, 5 * WIDTH, 6 * WIDTH))
          .isNotEqualTo(Arrays.copyOfRange(before, 5 * WIDTH, 6 * WIDTH));
    }
  }

  @ParameterizedTest
  @EnumSource(EncoderKind.class)
  void paddingOnTheRightChangesNothing(EncoderKind kind) {
    try (Parameters parameters = new Parameters(new SplittableRandom(1))) {
      SequenceEncoder encoder = encoder(kind, parameters);
      float[] history = random(LENGTH * WIDTH);

      float[] alone = encode(encoder, Arrays.copyOf(history, 3 * WIDTH), 3);
      float[] padded = Arrays.copyOf(encode(encoder, history, LENGTH), 3 * WIDTH);

      for (int i = 0; i < alone.length; i++) {
        assertThat(padded[i]).isCloseTo(alone[i], org.assertj.core.api.Assertions.within(1e-5f));
      }
    }
  }

  private static SequenceEncoder encoder(EncoderKind kind, Parameters parameters) {
    return switch (kind) {
      case HSTU -> new HstuEncoder(SHAPE, parameters);
      case SASREC -> new SasRecEncoder(SHAPE, parameters);
    };
  }

  private static float[] encode(SequenceEncoder encoder, float[] history, int length) {
    try (var _ = new PointerScope()) {
      return Tensors.floats(
          encoder.encode(
              new Histories(
                  Tensors.of(history, 1, length, WIDTH),
                  new long[length],
                  new long[length],
                  new long[1]),
              Dropout.off()));
    }
  }

  private static float[] random(int count) {
    SplittableRandom random = new SplittableRandom(2);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
