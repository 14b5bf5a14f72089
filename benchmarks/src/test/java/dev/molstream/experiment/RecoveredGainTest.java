package dev.molstream.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.benchmark.Examples;
import dev.molstream.experiment.RecoveredGain.Rankings;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import dev.molstream.training.evaluation.Metric;
import dev.molstream.training.evaluation.RankingMetrics;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveredGainTest {
  private static final Metric HITS = Metric.hitRate(10);
  private static final int MISS = 50;

  private final TrainingData data = Examples.data();
  private final Split.Targets first = Split.leaveOneOut(data).validation();
  private final List<Split.Targets> targets = List.of(first, first.later(data, 1));
  private final int count = 2 * (int) first.users().count();

  @Test
  void isTheShareOfTheNewModelsGain() {
    // given: the new model hits all, the old one none, the third one all but six of 24
    RecoveredGain gain =
        RecoveredGain.of(
            HITS, targets, List.of(new Rankings(hits(0), hits(count), hits(count - 6))));

    assertThat(gain.share()).isCloseTo(0.75, within(1e-12));
    assertThat(gain.interval().low()).isBetween(0.5, 0.75);
    assertThat(gain.interval().high()).isBetween(0.75, 1.0);
  }

  @Test
  void addsSeedsUp() {
    Rankings half = new Rankings(hits(0), hits(count), hits(count / 2));
    Rankings none = new Rankings(hits(0), hits(count), hits(0));

    assertThat(RecoveredGain.of(HITS, targets, List.of(half, none)).share()).isEqualTo(0.25);
  }

  @Test
  void isUnknownWhereTheNewModelGainsNothing() {
    RecoveredGain gain =
        RecoveredGain.of(HITS, targets, List.of(new Rankings(hits(3), hits(3), hits(count))));

    assertThat(gain.share()).isNaN();
    assertThat(gain.interval().high()).isInfinite();
  }

  private RankingMetrics hits(int hits) {
    int[] ranks = new int[count];
    Arrays.fill(ranks, MISS);
    Arrays.fill(ranks, 0, hits, 1);
    return RankingMetrics.of(ranks);
  }
}
