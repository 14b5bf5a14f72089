package dev.molstream.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.model.ItemContent;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ColdComparisonTest {
  @Test
  void popularityIsWhatOthersHadDoneByThen() {
    TrainingData data =
        items("a", "b", "c", "warm")
            .event("anna", "warm", 0, 0)
            .event("anna", "b", 0, 10)
            .event("bert", "warm", 0, 0)
            .event("bert", "b", 0, 20)
            .event("bert", "c", 0, 50)
            .event("carl", "warm", 0, 0)
            .event("carl", "c", 0, 30)
            .event("dora", "c", 0, 5)
            .event("dora", "warm", 0, 6)
            .event("dora", "a", 0, 40)
            .build();
    ColdItems cold = ColdItems.of(0, 1, 2);

    RankingMetrics ranking =
        ColdComparison.byPopularity(data, cold, Split.lastOf(data, true, cold::contains));

    // anna at 10: c 1, a 0, b 0: b is third. carl at 30: b 2, c 1: c is second.
    // dora at 40, who has seen c: b 2, a 0: a is second. bert at 50, who has seen b: c is first.
    assertThat(ranking.worths(Metric.reciprocalRank()))
        .containsExactly(1 / 3.0, 1, 1 / 2.0, 1 / 2.0);
  }

  @Test
  void whatTheUserDidDoesNotMakeAnItemPopular() {
    TrainingData data =
        items("a", "b")
            .event("anna", "a", 0, 1)
            .event("anna", "a", 0, 2)
            .event("anna", "b", 0, 10)
            .event("bert", "b", 0, 5)
            .build();
    ColdItems cold = ColdItems.of(0, 1);

    RankingMetrics ranking =
        ColdComparison.byPopularity(data, cold, Split.lastOf(data, false, cold::contains));

    assertThat(ranking.worths(Metric.reciprocalRank())).containsExactly(1);
  }

  @Test
  void randomHitsTenOfTheItemsThatAreLeft() {
    TrainingData data = Examples.data(26, "zb", "abcdezf");
    ColdItems cold = ColdItems.of(IntStream.range(0, 20).toArray());
    Split.Targets unseen = Split.lastOf(data, true, cold::contains);
    Split.Targets all = Split.lastOf(data, false, cold::contains);

    assertThat(ColdComparison.randomHitRate(data, cold, unseen))
        .isCloseTo((10 / 20.0 + 10 / 15.0) / 2, within(1e-12));
    assertThat(ColdComparison.randomHitRate(data, cold, all)).isEqualTo(0.5);
    assertThat(ColdComparison.randomHitRate(data, ColdItems.of(1), all)).isEqualTo(1);
  }

  private static TrainingData.Builder items(String... ids) {
    TrainingData.Builder builder = TrainingData.builder();
    for (String id : ids) {
      builder.item(new ItemContent(id, "", List.of(), Map.of(), null));
    }
    return builder;
  }
}
