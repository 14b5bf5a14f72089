package dev.molstream.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void spacesRequestsEvenlyWithoutDrift() {
    Schedule schedule = new Schedule(3, Duration.ofSeconds(100));

    assertThat(schedule.requests()).isEqualTo(300);
    assertThat(schedule.dueNanos(1)).isEqualTo(333_333_333);
    assertThat(schedule.dueNanos(299)).isEqualTo(99_666_666_667L);
  }

  @Test
  void hasAtLeastOneRequest() {
    assertThat(new Schedule(1, Duration.ofMillis(10)).requests()).isEqualTo(1);
  }

  @Test
  void refusesWhatCannotBeSent() {
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> new Schedule(0, second)).hasMessageContaining("1 to 100000");
    assertThatThrownBy(() -> new Schedule(100_001, second)).hasMessageContaining("1 to 100000");
    assertThatThrownBy(() -> new Schedule(1, Duration.ZERO)).hasMessageContaining("1 ms");
    assertThatThrownBy(() -> new Schedule(100_000, Duration.ofHours(1)))
        .hasMessageContaining("360,000,000 requests are more than 50,000,000");
  }
}
