package dev.molstream.stream.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServiceTimeTest {
  private final ServiceTime time = new ServiceTime();

  @Test
  void everythingFitsBeforeAnythingIsKnown() {
    assertThat(time.fits(1)).isTrue();
  }

  @Test
  void whatIsLeftMustExceedTheAverage() {
    for (int i = 0; i < 200; i++) {
      time.took(TimeUnit.MILLISECONDS.toNanos(i % 2 == 0 ? 4 : 6));
    }

    assertThat(time.millis()).isCloseTo(5, within(0.2));
    assertThat(time.fits(6)).isTrue();
    assertThat(time.fits(4)).isFalse();
  }

  @Test
  void oneSlowAnswerDoesNotShutTheDoorForGood() {
    time.took(TimeUnit.SECONDS.toNanos(10));
    assertThat(time.fits(20)).isFalse();

    int refused = 1;
    while (!time.fits(20)) {
      refused++;
    }
    assertThat(refused).isLessThan(100);
  }
}
