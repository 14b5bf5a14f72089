package dev.molstream.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.model.ItemContent;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PopularityBaselineTest {
  @Test
  void ranksByLearnableEventsAndLeavesSeenItemsOut() {
    TrainingData.Builder builder = TrainingData.builder();
    for (String id : List.of("a", "b", "c", "d")) {
      builder.item(new ItemContent(id, "", List.of(), Map.of(), null));
    }
    // Learnable: a, a, b (and c of nobody); targets of the test split: c and a.
    watch(builder, "anna", "a", "b", "c");
    watch(builder, "bert", "a", "b", "d");
    watch(builder, "carl", "b", "c", "a");

    TrainingData data = builder.build();
    RankingMetrics metrics = PopularityBaseline.evaluate(data, Split.leaveOneOut(data));

    // anna: c is first of {c, d}; bert: d is second of {c, d}; carl: a is first of {a, d}.
    assertThat(metrics.users()).isEqualTo(3);
    assertThat(metrics.hitRate(1)).isEqualTo(2 / 3.0);
    assertThat(metrics.hitRate(5)).isEqualTo(1);
  }

  private static void watch(TrainingData.Builder builder, String user, String... items) {
    for (int i = 0; i < items.length; i++) {
      builder.event(user, items[i], 0, i);
    }
  }
}
