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
      long start = log.complete();

      // when
      for (int i = 0; i < changes; i++) {
        log.begin(7 * i + round);
      }

      // then
      assertThat(log.remembers(start)).isTrue();
      assertThat(log.begun() - start).isEqualTo(changes);
      for (int i = 0; i < changes; i++) {
        assertThat(log.slot(start + i)).isEqualTo(7 * i + round);
      }
      log.end();
    }
  }

  @Test
  void countsAChangeWhenItIsComplete() {
    // given
    long start = log.complete();

    // when, then
    log.begin(1);
    log.begin(2);
    assertThat(log.complete()).isEqualTo(start);
    log.end();
    assertThat(log.complete()).isEqualTo(start + 2).isEqualTo(log.begun());
    log.awaitComplete(start + 2);
  }

  @Test
  void saysWhenItForgot() {
    long start = log.complete();

    for (int i = 0; i <= ChangeLog.REMEMBERED; i++) {
      log.begin(i);
    }

    assertThat(log.remembers(start)).isFalse();
    assertThat(log.remembers(log.begun())).isTrue();
  }
}
