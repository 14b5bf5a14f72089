package dev.molstream.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SlowStartTest {
  private final List<Long> rests = new ArrayList<>();
  private long now = 5_000_000_000L;

  @Test
  void worksATenthOfTheTimeAtFirst() {
    // given
    SlowStart pace = pace(Duration.ofSeconds(1000));

    // when
    work(pace, Duration.ofMillis(50));

    // then
    assertThat(rests.getFirst()).isCloseTo(millis(450), within(millis(1)));
  }

  @Test
  void restsEverLessAndAtLastNotAtAll() {
    // given
    SlowStart pace = pace(Duration.ofSeconds(10));

    // when
    while (now < Duration.ofSeconds(20).toNanos()) {
      work(pace, Duration.ofMillis(100));
    }

    // then
    assertThat(rests).isSortedAccordingTo((earlier, later) -> Long.compare(later, earlier));
    long rested = rests.stream().mapToLong(rest -> rest).sum();
    assertThat(rested).isBetween(millis(3000), millis(5000));
    assertThat(rests.getLast()).isLessThan(millis(10));
  }

  @Test
  void restsASecondAtMost() {
    // given
    SlowStart pace = pace(Duration.ofSeconds(100));

    // when
    work(pace, Duration.ofSeconds(4));

    // then
    assertThat(rests).containsExactly(millis(1000));
  }

  @Test
  void doesNotRestWithoutARamp() {
    // given
    SlowStart pace = pace(Duration.ZERO);

    // when
    work(pace, Duration.ofMillis(50));

    // then
    assertThat(rests).isEmpty();
  }

  private void work(SlowStart pace, Duration time) {
    long began = pace.now();
    now += time.toNanos();
    pace.restAfter(began);
  }

  private SlowStart pace(Duration ramp) {
    return new SlowStart(
        ramp,
        () -> now,
        rest -> {
          rests.add(rest);
          now += rest;
        });
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
