package dev.molstream.retrieval.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimdMathTest {
  private static final int COUNT = 64_000;

  private final RandomGenerator random = new SplittableRandom(5);

  @Test
  void expIsExactToTheLastBits() {
    // given
    float[] in = new float[COUNT];
    float[] out = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      in[i] = -87 + 175f * i / COUNT;
    }

    // when
    SimdMath.exp(1, in, out, COUNT);

    // then
    for (int i = 0; i < COUNT; i++) {
      assertThat(out[i] / Math.exp(in[i])).as("exp(%s)", in[i]).isCloseTo(1, within(2e-7));
    }
  }

  @Test
  void expReadsAndWritesFromOtherPlaces() {
    // given
    float[] in = Examples.gaussians(random, 70, 1);
    float[] out = new float[70];

    // when
    SimdMath.exp(-1, in, 3, out, 6, 64);

    // then
    for (int i = 0; i < 64; i++) {
      assertThat((double) out[6 + i]).isCloseTo(Math.exp(-in[3 + i]), within(1e-5));
    }
    assertThat(out).startsWith(new float[6]);
  }

  @Test
  void expStaysFiniteFarOutside() {
    // given
    float[] in = new float[64];
    in[0] = -Float.MAX_VALUE;
    in[1] = Float.MAX_VALUE;

    // when
    SimdMath.exp(1, in, in, 64);

    // then
    assertThat(in[0]).isBetween(0f, 1e-37f);
    assertThat(in[1]).isBetween(1e38f, Float.MAX_VALUE);
    assertThat(in[2]).isEqualTo(1);
  }

  @Test
  void siluIsValueTimesSigmoid() {
    // given
    float[] in = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      in[i] = -80 + 160f * i / COUNT;
    }
    float[] values = in.clone();

    // when
    SimdMath.silu(values, COUNT);

    // then
    for (int i = 0; i < COUNT; i++) {
      double expected = in[i] / (1 + Math.exp(-in[i]));
      assertThat((double) values[i])
          .as("SiLU(%s)", in[i])
          .isCloseTo(expected, within(3e-7 * Math.abs(expected)));
    }
  }

  @Test
  void siluVanishesOnTheLeftAndIsTheIdentityOnTheRight() {
    // given
    float[] values = new float[64];
    values[0] = -1e12f;
    values[1] = 1e12f;
    values[2] = 1;

    // when
    SimdMath.silu(values, 64);

    // then
    assertThat(values[0]).isCloseTo(0, within(1e-20f));
    assertThat(values[1]).isEqualTo(1e12f);
    assertThat(values[2]).isCloseTo(0.7310586f, within(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(floats = {1, 100, 1e5f, 1e12f})
  void mixesLogitsBySoftmaxOfGates(float scale) {
    for (int count = 1; count <= 70; count++) {
      // given
      int gateFrom = random.nextInt(4);
      int logitFrom = random.nextInt(4);
      float[] gates = filledWithNan(gateFrom + count);
      float[] logits = filledWithNan(logitFrom + count);
      double greatest = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < count; i++) {
        gates[gateFrom + i] = (float) (scale * random.nextGaussian());
        logits[logitFrom + i] = (float) (20 * random.nextGaussian());
        greatest = Math.max(greatest, gates[gateFrom + i]);
      }
      double weights = 0;
      double weighted = 0;
      for (int i = 0; i < count; i++) {
        double weight = Math.exp(gates[gateFrom + i] - greatest);
        weights += weight;
        weighted += weight * logits[logitFrom + i];
      }

      // when
      float mixture = SimdMath.mixture(gates, gateFrom, logits, logitFrom, count);

      // then
      assertThat((double) mixture)
          .as("%d gates", count)
          .isCloseTo(weighted / weights, within(1e-4));
    }
  }

  @Test
  void findsTheGreatestOfExactlyTheNumbersAskedFor() {
    for (int count = 1; count <= 70; count++) {
      for (int place = 0; place < count; place++) {
        float[] values = new float[2 + count + 64];
        Arrays.fill(values, 2, 2 + count, -5);
        values[2 + place] = -4;

        assertThat(SimdMath.max(values, 2, count)).isEqualTo(-4);
      }
    }
    assertThat(SimdMath.max(new float[0], 0, 0)).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void addsProducts() {
    // given
    float[] values = Examples.gaussians(random, 70, 1);
    float[] a = Examples.gaussians(random, 64, 1);
    float[] b = Examples.gaussians(random, 70, 1);
    float[] expected = values.clone();
    for (int i = 0; i < 64; i++) {
      expected[6 + i] = Math.fma(a[i], b[3 + i], values[6 + i]);
    }

    // when
    SimdMath.addProduct(values, 6, a, b, 3, 64);

    // then
    assertThat(values).isEqualTo(expected);
  }

  private static float[] filledWithNan(int length) {
    float[] values = new float[length];
    Arrays.fill(values, Float.NaN);
    return values;
  }

  @Test
  void siluHasItsSlopes() {
    // given
    int count = 8 * SimdMath.SPECIES.length();
    float[] values = new float[count];
    float[] slopes = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = -30 + 60f * i / count;
    }
    values[0] = -1e6f;
    values[1] = 1e6f;
    float[] in = values.clone();

    // when
    SimdMath.siluWithSlope(values, slopes, count);

    // then
    for (int i = 0; i < count; i++) {
      double sigmoid = 1 / (1 + Math.exp(-in[i]));
      double slope = sigmoid * (1 + in[i] * (1 - sigmoid));
      assertThat((double) values[i]).as("SiLU(%s)", in[i]).isCloseTo(in[i] * sigmoid, within(1e-5));
      assertThat((double) slopes[i]).as("SiLU'(%s)", in[i]).isCloseTo(slope, within(1e-5));
    }
  }

  @Test
  void softmaxSumsToOneAndIsZeroBeyondTheCount() {
    for (int count = 1; count <= 70; count++) {
      // given
      int whole = PackedMatrix.padded(count);
      float[] in = new float[3 + count];
      for (int i = 0; i < count; i++) {
        in[3 + i] = (i * 37 % 11) * (count % 2 == 0 ? 1 : 1e4f);
      }
      float[] out = new float[5 + whole];
      Arrays.fill(out, 7);

      // when
      SimdMath.softmax(in, 3, out, 5, count);

      // then
      double sum = 0;
      double greatest = 0;
      for (int i = 0; i < count; i++) {
        greatest = Math.max(greatest, in[3 + i]);
      }
      for (int i = 0; i < count; i++) {
        sum += Math.exp(in[3 + i] - greatest);
      }
      for (int i = 0; i < whole; i++) {
        double expected = i < count ? Math.exp(in[3 + i] - greatest) / sum : 0;
        assertThat((double) out[5 + i]).as("%d of %d", i, count).isCloseTo(expected, within(1e-6));
      }
    }
  }

  @Test
  void mixtureSlopesLeaveOutWhatIsNegligible() {
    // given
    int count = SimdMath.SPECIES.length();
    float[] shares = new float[count];
    float[] slopes = new float[count];
    float[] values = new float[count];
    float[] out = new float[count];
    shares[0] = 0.5f;
    slopes[0] = 2;
    values[0] = 3;
    shares[1] = 1e-20f;
    slopes[1] = 1;
    values[1] = 3;

    // when
    SimdMath.mixtureSlopes(shares, slopes, 0, values, 0, 1, 1e-15f, out, count);

    // then
    assertThat(out[0]).isEqualTo(2);
    assertThat(out[1]).isZero();
  }
}
