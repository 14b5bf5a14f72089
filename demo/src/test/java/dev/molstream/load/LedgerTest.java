package dev.molstream.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.Timings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final int REQUESTS = 5;
  private static final Schedule SCHEDULE = new Schedule(REQUESTS, Duration.ofSeconds(1));

  private final Ledger ledger = new Ledger(REQUESTS);

  @Test
  void countsLostDuplicatedRefusedAndStatuses() throws Exception {
    for (int i = 0; i < REQUESTS; i++) {
      ledger.sent();
    }
    ledger.allSent();
    answer(0, 10, RecommendationStatus.OK);
    answer(1, 20, RecommendationStatus.OVERLOADED);
    answer(1, 90, RecommendationStatus.OK);
    answer(2, 30, RecommendationStatus.EXPIRED);
    ledger.refused(3);

    LoadResult result = result();

    assertThat(ledger.await(Duration.ZERO)).as("request 4 is still open").isFalse();
    assertThat(result.requests()).isEqualTo(5);
    assertThat(result.answered()).isEqualTo(3);
    assertThat(result.refused()).isEqualTo(1);
    assertThat(result.lost()).isEqualTo(1);
    assertThat(result.duplicated()).isEqualTo(1);
    assertThat(result.with(RecommendationStatus.OK)).isEqualTo(1);
    assertThat(result.with(RecommendationStatus.OVERLOADED)).isEqualTo(1);
    assertThat(result.with(RecommendationStatus.EXPIRED)).isEqualTo(1);
    assertThat(result.isAnsweredOnce()).isFalse();
    assertThat(result.latency().getTotalCount()).as("first answers only").isEqualTo(3);
    assertThat(result.millis(100)).isBetween(29.9, 30.1);
  }

  @Test
  void isCompleteWhenEverythingIsAnsweredOrRefused() throws Exception {
    ledger.sent();
    ledger.sent();
    answer(0, 1, RecommendationStatus.OK);
    ledger.refused(1);
    assertThat(ledger.await(Duration.ZERO)).as("more may be sent").isFalse();

    ledger.allSent();

    assertThat(ledger.await(Duration.ZERO)).isTrue();
    assertThat(result().lost()).isZero();
  }

  @Test
  void countsARequestAsAnsweredThatTheBrokerTookAfterAll() {
    ledger.sent();
    ledger.refused(0);
    answer(0, 1, RecommendationStatus.OK);
    ledger.refused(0);

    assertThat(result().refused()).isZero();
    assertThat(result().lost()).isZero();
    assertThat(result().isAnsweredOnce()).isTrue();
  }

  @Test
  void passesOverNumbersThatNoRequestHas() {
    answer(-1, 1, RecommendationStatus.OK);
    answer(REQUESTS, 1, RecommendationStatus.OK);

    assertThat(result().answered()).isZero();
  }

  @Test
  void averagesTheStagesOfRankedAnswersOnly() {
    ledger.answered(0, 1, answer(RecommendationStatus.OK, new Timings(1L, 2L, 3L, 4L, 10L)));
    ledger.answered(1, 1, answer(RecommendationStatus.PARTIAL, new Timings(3L, 4L, 5L, 6L, 18L)));
    ledger.answered(2, 1, answer(RecommendationStatus.INVALID, new Timings()));

    assertThat(result().stages()).isEqualTo(new LoadResult.Stages(2, 3, 4, 5));
    assertThat(result().figures()).containsEntry("meanSearchMicros", 5.0);
  }

  @Test
  void saysNothingOfStagesWithoutRankedAnswers() {
    assertThat(result().figures()).doesNotContainKey("meanSearchMicros").containsEntry("lost", 0L);
  }

  private void answer(int request, long millis, RecommendationStatus status) {
    ledger.answered(request, TimeUnit.MILLISECONDS.toNanos(millis), answer(status, new Timings()));
  }

  private static Recommendations answer(RecommendationStatus status, Timings timings) {
    return Recommendations.newBuilder()
        .setRequestId("r")
        .setUserId("u")
        .setStatus(status)
        .setTimings(timings)
        .build();
  }

  private LoadResult result() {
    return ledger.result(SCHEDULE, new Histogram(3));
  }
}
