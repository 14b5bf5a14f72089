package dev.molstream.retrieval.mol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SimdMathTest {
  private static final int COUNT = 64_000;

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
  void siluVanishesOnTheLeftAndIsTheIdentityOnTheRight() {
    // given
    float[] values = new float[64];
    values[0] = -1e12f;
    values[1] = 1e12f;
    values[2] = 1;

    // when
    SimdMath.silu(values, new float[64], 64);

    // then
    assertThat(values[0]).isCloseTo(0, within(1e-20f));
    assertThat(values[1]).isEqualTo(1e12f);
    assertThat(values[2]).isCloseTo(0.7310586f, within(1e-6f));
  }
}
