package dev.molstream.retrieval.slots;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeLogTest {
  private final ChangeLog log = new ChangeLog();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000, ChangeLog.REMEMBERED - 1})
  void showsWhatChangedSinceAPosition(int changes) {
    for (int round = 0; round < 3; round++) {
      // given
      long start = log.position();

      // when
      for (int i = 0; i < changes; i++) {
        log.append(7 * i + round);
      }

      // then
      assertThat(log.remembers(start)).isTrue();
      assertThat(log.position() - start).isEqualTo(changes);
      for (int i = 0; i < changes; i++) {
        assertThat(log.slot(start + i)).isEqualTo(7 * i + round);
      }
    }
  }

  @Test
  void saysWhenItForgot() {
    long start = log.position();

    for (int i = 0; i <= ChangeLog.REMEMBERED; i++) {
      log.append(i);
    }

    assertThat(log.remembers(start)).isFalse();
    assertThat(log.remembers(log.position())).isTrue();
  }
}
