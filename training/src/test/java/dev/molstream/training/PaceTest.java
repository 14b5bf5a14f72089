package dev.molstream.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  private long nanos;

  @Test
  void followsStepsWhileTheyAreAheadOfTimeAndTimeWhenTheyFallBehind() {
    Pace pace = new Pace(Duration.ofSeconds(100), 10, () -> nanos);
    pace.stepDone();
    pace.stepDone();

    at(10);
    assertThat(pace.progress()).isEqualTo(0.2);
    assertThat(pace.remaining()).isEqualTo(Duration.ofSeconds(40));
    at(55);
    assertThat(pace.progress()).isCloseTo(0.5, within(1e-9));
    at(100);
    assertThat(pace.progress()).isEqualTo(1);
    assertThat(pace.remaining()).isEqualTo(Duration.ZERO);
  }

  @Test
  void isOverWhenTheTimeIs() {
    Pace pace = new Pace(Duration.ofSeconds(100), 10, () -> nanos);

    at(99);
    assertThat(pace.isOver()).isFalse();
    at(100);
    assertThat(pace.isOver()).isTrue();
  }

  private void at(int seconds) {
    nanos = Duration.ofSeconds(seconds).toNanos();
  }
}
