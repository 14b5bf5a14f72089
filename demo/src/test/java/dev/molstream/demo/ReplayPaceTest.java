package dev.molstream.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayPaceTest {
  private static final long EVENTS_BEGIN = 1_000_000_000_000L;

  private long nowMillis = 5_000;

  @Test
  void isDueAfterTheTimeBetweenEventsDividedByTheSpeed() {
    ReplayPace pace = pace(10);

    long[] sent =
        LongStream.of(0, 0, 1_000, 1_000, 60_000)
            .map(
                passed -> {
                  assertThat(pace.awaitDue(EVENTS_BEGIN + passed)).isTrue();
                  return nowMillis;
                })
            .toArray();

    assertThat(sent).containsExactly(5_000, 5_000, 5_100, 5_100, 11_000);
  }

  @Test
  void doesNotWaitForWhatIsLate() {
    ReplayPace pace = pace(1);
    pace.awaitDue(EVENTS_BEGIN);
    nowMillis += 10_000; // a slow broker

    pace.awaitDue(EVENTS_BEGIN + 3_000);
    assertThat(nowMillis).isEqualTo(15_000);
    pace.awaitDue(EVENTS_BEGIN + 12_000);
    assertThat(nowMillis).isEqualTo(17_000);
  }

  @Test
  void sendsNothingMoreOnceStopped() {
    ReplayPace pace = ReplayPace.at(1);
    assertThat(pace.awaitDue(EVENTS_BEGIN)).isTrue();

    Thread.ofPlatform().start(pace::stop);

    assertThat(pace.awaitDue(EVENTS_BEGIN + 3_600_000)).isFalse();
    assertThat(pace.awaitDue(EVENTS_BEGIN)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN})
  void refusesASpeedThatGoesNowhere(double speed) {
    assertThatThrownBy(() -> ReplayPace.at(speed)).hasMessageContaining("above 0");
  }

  private ReplayPace pace(double speed) {
    return new ReplayPace(
        speed,
        () -> Instant.ofEpochMilli(nowMillis),
        (time, stopped) -> {
          nowMillis += time.toMillis();
          return stopped.getCount() == 0;
        });
  }
}
