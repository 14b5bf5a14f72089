package dev.molstream.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
  private static final Schedule TEN_PER_SECOND = new Schedule(10, Duration.ofSeconds(1));

  private final ManualPace pace = new ManualPace();
  private final OpenLoop loop = new OpenLoop(TEN_PER_SECOND, pace);
  private final List<Long> sentMillis = new ArrayList<>();

  /** Time that passes only when somebody waits or works. */
  private static final class ManualPace implements Pace {
    private long now = 42;

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void until(long nanos) {
      now = Math.max(now, nanos);
    }

    void work(long millis) {
      now += TimeUnit.MILLISECONDS.toNanos(millis);
    }
  }

  @Test
  void sendsWhenRequestsAreDue() {
    loop.run(_ -> sentMillis.add(millis()), () -> false);

    assertThat(sentMillis)
        .containsExactly(0L, 100L, 200L, 300L, 400L, 500L, 600L, 700L, 800L, 900L);
    assertThat(loop.lateness().getMaxValue()).isZero();
  }

  @Test
  void sendsLateWhatCouldNotBeSentInTimeAndThenKeepsToTheSchedule() {
    loop.run(
        request -> {
          sentMillis.add(millis());
          pace.work(request == 2 ? 250 : 0);
        },
        () -> false);

    assertThat(sentMillis)
        .containsExactly(0L, 100L, 200L, 450L, 450L, 500L, 600L, 700L, 800L, 900L);
  }

  @Test
  void countsLatencyFromWhenARequestWasDueAlsoWhenItWasSentLate() {
    List<Long> latencyMillis = new ArrayList<>();

    loop.run(
        request -> {
          pace.work(request == 2 ? 250 : 5); // synchronous: the answer is there 5 ms after sending
          latencyMillis.add(TimeUnit.NANOSECONDS.toMillis(loop.nanosSinceDue(request)));
        },
        () -> false);

    // Measured from sending, only the third would look slow.
    assertThat(latencyMillis).containsExactly(5L, 5L, 250L, 155L, 60L, 5L, 5L, 5L, 5L, 5L);
    assertThat(loop.lateness().getMaxValue()).isBetween(149_900L, 150_100L);
  }

  @Test
  void endsEarlyWhenItIsStopped() {
    loop.run(_ -> sentMillis.add(millis()), () -> sentMillis.size() == 3);

    assertThat(sentMillis).hasSize(3);
  }

  private long millis() {
    return TimeUnit.NANOSECONDS.toMillis(pace.nanos() - 42);
  }
}
