package dev.molstream.retrieval.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FloatRowsTest {
  private final RandomGenerator random = new SplittableRandom(31);

  @Test
  void agreesWithAPlainSumInEveryLength() {
    for (int length = 0; length <= 70; length++) {
      // given
      float[] a = Examples.gaussians(random, 2 + length, 1);
      float[] b = Examples.gaussians(random, 5 + length, 1);
      float[] sum = b.clone();
      double dot = 0;
      for (int i = 0; i < length; i++) {
        dot += a[2 + i] * b[5 + i];
        sum[5 + i] += 3 * a[2 + i];
      }

      // when, then
      assertThat((double) FloatRows.dot(a, 2, b, 5, length)).isCloseTo(dot, within(1e-4));
      FloatRows.addScaled(3, a, 2, b, 5, length);
      assertThat(b).containsExactly(sum, within(1e-5f));
    }
  }
}
