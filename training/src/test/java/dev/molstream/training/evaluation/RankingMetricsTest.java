package dev.molstream.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class RankingMetricsTest {
  private final RankingMetrics metrics = RankingMetrics.of(1, 3, 11, 0);

  @Test
  void countsHitsWithinTheCutoff() {
    assertThat(metrics.hitRate(1)).isEqualTo(0.25);
    assertThat(metrics.hitRate(10)).isEqualTo(0.5);
    assertThat(metrics.hitRate(200)).isEqualTo(0.75);
  }

  @Test
  void discountsByRank() {
    assertThat(metrics.discountedGain(10)).isCloseTo((1 + 0.5) / 4, within(1e-12));
    assertThat(metrics.reciprocalRank()).isCloseTo((1 + 1 / 3.0 + 1 / 11.0) / 4, within(1e-12));
  }

  @Test
  void namesItsFiguresAsTheCommandLineDoes() {
    assertThat(metrics.asMap().keySet())
        .containsExactly(
            "hr@1",
            "hr@5",
            "hr@10",
            "hr@20",
            "hr@50",
            "hr@100",
            "hr@200",
            "ndcg@10",
            "ndcg@20",
            "ndcg@50",
            "ndcg@100",
            "ndcg@200",
            "mrr");
  }

  @Test
  void picksUsersByTheirPlace() {
    BitSet firstAndLast = BitSet.valueOf(new long[] {0b1001});

    RankingMetrics some = metrics.of(firstAndLast);

    assertThat(some.users()).isEqualTo(2);
    assertThat(some.hitRate(200)).isEqualTo(0.5);
  }

  @Test
  void isZeroForNobody() {
    assertThat(RankingMetrics.of().hitRate(10)).isZero();
  }

  @Test
  void refusesRanksNobodyLookedFor() {
    assertThatIllegalArgumentException().isThrownBy(() -> RankingMetrics.of(201));
    assertThatIllegalArgumentException().isThrownBy(() -> Metric.hitRate(201));
  }
}
