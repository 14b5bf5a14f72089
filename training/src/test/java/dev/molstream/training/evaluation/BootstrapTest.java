package dev.molstream.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static final Metric HR_10 = Metric.hitRate(10);

  /** Of 400 users every other one is a hit. */
  private final RankingMetrics half = ranking(400, 2);

  @Test
  void intervalIsAsWideAsThatOfABinomialShare() {
    Bootstrap.Interval interval = Bootstrap.interval(half, HR_10);

    // 1.96 standard errors of 0.5 are 1.96 * 0.5 / 20.
    assertThat(interval.low()).isCloseTo(0.451, within(0.006));
    assertThat(interval.high()).isCloseTo(0.549, within(0.006));
  }

  @Test
  void equalRanksHaveEqualIntervals() {
    assertThat(Bootstrap.interval(half, HR_10)).isEqualTo(Bootstrap.interval(half, HR_10));
  }

  @Test
  void aShareThatIsNotAMatterOfChanceHasNoWidth() {
    assertThat(Bootstrap.interval(ranking(50, 1), HR_10)).isEqualTo(new Bootstrap.Interval(1, 1));
    assertThat(Bootstrap.interval(RankingMetrics.of(), HR_10))
        .isEqualTo(new Bootstrap.Interval(0, 0));
  }

  @Test
  void pairingShowsADifferenceThatTheIntervalsOfBothHide() {
    // The better one hits the same users and every tenth of the others.
    RankingMetrics better =
        RankingMetrics.of(
            IntStream.range(0, 400).map(user -> user % 2 == 0 || user % 20 == 1 ? 1 : 0).toArray());

    Bootstrap.Interval difference = Bootstrap.difference(better, half, HR_10);

    assertThat(Bootstrap.interval(better, HR_10).low())
        .isLessThan(Bootstrap.interval(half, HR_10).high());
    assertThat(difference.low()).isPositive();
    assertThat((difference.low() + difference.high()) / 2).isCloseTo(0.05, within(0.005));
    assertThat(Bootstrap.difference(half, half, HR_10)).isEqualTo(new Bootstrap.Interval(0, 0));
  }

  @Test
  void refusesRanksThatAreNotPaired() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bootstrap.difference(half, ranking(3, 1), HR_10))
        .withMessage("ranks of 400 and of 3 users are not paired");
  }

  private static RankingMetrics ranking(int users, int hitEvery) {
    return RankingMetrics.of(
        IntStream.range(0, users).map(user -> user % hitEvery == 0 ? 1 : 0).toArray());
  }
}
