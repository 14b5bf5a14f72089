package dev.molstream.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GateStatisticsTest {
  @Test
  void tellsPairsThatUseOneLogitEachFromPairsThatUseAll() {
    GateStatistics peaked = new GateStatistics(2);
    peaked.add(new double[] {1, 0});
    peaked.add(new double[] {0, 1});
    GateStatistics even = new GateStatistics(2);
    even.add(new double[] {0.5, 0.5});
    even.add(new double[] {0.5, 0.5});

    assertThat(peaked.entropyOfMean()).isCloseTo(Math.log(2), within(1e-9));
    assertThat(peaked.meanEntropy()).isZero();
    assertThat(peaked.mutualInformation()).isCloseTo(Math.log(2), within(1e-9));
    assertThat(even.meanEntropy()).isCloseTo(Math.log(2), within(1e-9));
    assertThat(even.mutualInformation()).isCloseTo(0, within(1e-9));
  }

  @Test
  void countsLogitsAsDeadWhoseMeanIsBelowATenthOfAnEqualShare() {
    // given: a tenth of an equal share is 0.025
    GateStatistics gates = new GateStatistics(4);

    // when
    gates.add(new double[] {0.97, 0.03, 0, 0});
    gates.add(new double[] {0.93, 0.03, 0.04, 0});

    // then: means 0.95, 0.03, 0.02, 0
    assertThat(gates.pairs()).isEqualTo(2);
    assertThat(gates.dead()).isEqualTo(2);
    assertThat(gates.sortedMean())
        .containsExactly(new double[] {0.95, 0.03, 0.02, 0}, within(1e-9));
  }
}
