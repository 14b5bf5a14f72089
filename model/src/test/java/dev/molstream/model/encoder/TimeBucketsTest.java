package dev.molstream.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TimeBucketsTest {
  @Test
  void findsTheBucketOfTheLogarithmFromAnyOther() {
    int count = 64;
    TimeBuckets buckets = new TimeBuckets(count);
    RandomGenerator random = new Random(11);

    for (int i = 0; i < 100_000; i++) {
      long gap = random.nextLong() >> random.nextInt(64);

      assertThat(buckets.bucket(gap, count, random.nextInt(count)))
          .as("gap %d", gap)
          .isEqualTo(TimeBuckets.bucket(gap, count));
    }
  }

  @Test
  void takesTheExtremes() {
    TimeBuckets buckets = new TimeBuckets(5);

    assertThat(buckets.bucket(0, 5, 4)).isZero();
    assertThat(buckets.bucket(Long.MIN_VALUE, 5, 0)).isEqualTo(4);
    assertThat(buckets.bucket(Long.MAX_VALUE, 5, 0)).isEqualTo(4);
  }
}
