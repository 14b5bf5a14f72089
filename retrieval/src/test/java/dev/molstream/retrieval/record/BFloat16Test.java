package dev.molstream.retrieval.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BFloat16Test {
  @Test
  void keepsWhatItCanHold() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = BFloat16.toFloat((short) bits);
      if (!Float.isNaN(value)) {
        assertThat(BFloat16.of(value)).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void readsTheUpperHalfOfASingle() {
    assertThat(BFloat16.toFloat((short) 0x3F80)).isEqualTo(1f);
    assertThat(BFloat16.toFloat((short) 0xC049)).isEqualTo(-3.140625f);
    assertThat(BFloat16.of(-0f)).isEqualTo((short) 0x8000);
    assertThat(BFloat16.of(0f)).isEqualTo((short) 0);
  }

  @Test
  void roundsTiesToAnEvenLastBit() {
    assertThat(round(0x3F80_8000)).isEqualTo(0x3F80_0000);
    assertThat(round(0x3F81_8000)).isEqualTo(0x3F82_0000);
    assertThat(round(0xBF80_8000)).isEqualTo(0xBF80_0000);
    assertThat(round(0xBF81_8000)).isEqualTo(0xBF82_0000);
  }

  @Test
  void roundsUpAndDownBesideATie() {
    assertThat(round(0x3F80_8001)).isEqualTo(0x3F81_0000);
    assertThat(round(0x3F81_7FFF)).isEqualTo(0x3F81_0000);
    assertThat(round(0x3FFF_FFFF)).as("into the next exponent").isEqualTo(0x4000_0000);
  }

  @Test
  void roundsSubnormalsAlike() {
    assertThat(round(0x0000_0001)).isEqualTo(0);
    assertThat(round(0x8000_0001)).as("to negative zero").isEqualTo(0x8000_0000);
    assertThat(round(0x0000_8000)).isEqualTo(0);
    assertThat(round(0x0000_8001)).isEqualTo(0x0001_0000);
    assertThat(round(0x007F_8000)).as("into the normal numbers").isEqualTo(0x0080_0000);
  }

  @Test
  void becomesInfiniteBeyondTheLargestOnly() {
    assertThat(BFloat16.round(Float.MAX_VALUE)).isInfinite();
    assertThat(round(0x7F7F_7FFF)).isEqualTo(0x7F7F_0000);
  }

  @Test
  void neverErrsByMoreThanTheStatedShare() {
    RandomGenerator random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      float value = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-6, 7)));
      float error = Math.abs(BFloat16.round(value) - value);
      assertThat(error).isLessThanOrEqualTo(Math.abs(value) / 256);
    }
  }

  private static int round(int bits) {
    return Float.floatToRawIntBits(BFloat16.round(Float.intBitsToFloat(bits)));
  }
}
