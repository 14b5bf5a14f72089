package dev.molstream.stream.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final long LIMIT = 1_000;
  private static final long EARLY = LIMIT / 5;

  private final Admission admission = new Admission(LIMIT);
  private long now = 1_000_000;

  @Test
  void aBurstIsWorkedOffUpToTheLimit() {
    assertThat(refused(0)).isFalse();
    assertThat(refused(LIMIT - 1)).isFalse();
    assertThat(refused(LIMIT)).isTrue();
  }

  @Test
  void theReasonNamesTheWaitAndTheLimit() {
    assertThat(admission.refusal(now - 1_234, now)).contains("1234 ms").contains("1000 ms");
  }

  @Test
  void aQueueThatStandsIsRefusedEarly() {
    assertThat(refused(EARLY - 1)).isFalse();
    now += LIMIT;

    assertThat(refused(EARLY)).isTrue();
    assertThat(admission.refusal(now - EARLY, now)).contains("does not clear");
  }

  @Test
  void aShortWaitNowAndThenShowsThatTheQueueClears() {
    for (int i = 0; i < 10; i++) {
      assertThat(refused(0)).isFalse();
      now += LIMIT - 1;
      assertThat(refused(EARLY)).isFalse();
    }
  }

  @Test
  void aQueueThatIsShortAgainIsABurstAgain() {
    assertThat(refused(LIMIT)).isTrue();
    now += LIMIT;
    assertThat(refused(EARLY)).isTrue();

    assertThat(refused(EARLY - 1)).isFalse();
    assertThat(refused(LIMIT - 1)).isFalse();
  }

  @Test
  void overloadKeepsWaitsShortForThoseThatAreAnswered() {
    // given: twice as many requests as can be answered, 100 a second
    long answerMillis = 10;
    long free = now;
    int answered = 0;
    long longest = 0;
    for (long sent = now; sent < now + 60_000; sent += answerMillis / 2) {
      // when: read as soon as the one before is done
      long read = Math.max(free, sent);
      boolean answers = admission.refusal(sent, read) == null;
      free = read + (answers ? answerMillis : 0);
      answered += answers ? 1 : 0;
      longest = Math.max(longest, read - sent);
    }
    // then: nothing is idle, and nobody waits for longer than the limit
    assertThat(answered).isGreaterThan(5_900);
    assertThat(longest).isLessThanOrEqualTo(LIMIT + answerMillis);
  }

  @Test
  void zeroAdmitsAll() {
    assertThat(new Admission(0).refusal(0, Long.MAX_VALUE / 2)).isNull();
  }

  @Test
  void aClockAheadIsNoWait() {
    assertThat(admission.refusal(now + 5_000, now)).isNull();
  }

  private boolean refused(long waitMillis) {
    return admission.refusal(now - waitMillis, now) != null;
  }
}
