package dev.molstream.stream.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.SearchAlgorithm;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SearchPlanTest {
  private static final SearchAlgorithm EXACT = new SearchAlgorithm.BoundedExact();
  private static final int MANY = 1_000_000;

  private final SearchPlan plan = new SearchPlan(SearchPlan.Mode.AUTO, 100, 1_000);

  @Test
  void smallIndexesAreSearchedExactlyUnlessToldOtherwise() {
    assertThat(choose(1_000)).isEqualTo(EXACT);
    assertThat(choose(1_001)).isEqualTo(SearchAlgorithm.approximate());
    assertThat(choose(1_000, "algorithm", "adaptive")).isEqualTo(SearchAlgorithm.approximate());
    assertThat(choose(MANY, "algorithm", "averaged")).isEqualTo(SearchAlgorithm.averaged(100));
    assertThat(choose(MANY, "algorithm", "averaged", "candidates", "7"))
        .isEqualTo(SearchAlgorithm.averaged(7));
  }

  @Test
  void moreRecallIsMoreWork() {
    SearchAlgorithm.Adaptive low = (SearchAlgorithm.Adaptive) choose(MANY, "recall", "0.9");
    SearchAlgorithm.Adaptive middle = (SearchAlgorithm.Adaptive) choose(MANY, "recall", "0.95");
    SearchAlgorithm.Adaptive high = (SearchAlgorithm.Adaptive) choose(MANY, "recall", "0.99");

    assertThat(low.spread()).isLessThan(middle.spread());
    assertThat(middle.spread()).isLessThan(high.spread());
    assertThat(high).isEqualTo(SearchAlgorithm.approximate());
    assertThat(choose(MANY, "recall", "0.991")).isEqualTo(EXACT);
    assertThat(choose(MANY, "recall", "1")).isEqualTo(EXACT);
    assertThat(choose(1_000, "recall", "0.5")).isEqualTo(EXACT);
  }

  @Test
  void aBudgetBuysAnExactSearchWhenThatFits() {
    assertThat(plan.choose(Map.of("budget.millis", "500"), MANY, 500)).isEqualTo(EXACT);
    assertThat(plan.choose(Map.of("budget.millis", "499"), MANY, 500))
        .isEqualTo(SearchAlgorithm.approximate());
  }

  private SearchAlgorithm choose(int items, String... options) {
    return switch (options.length) {
      case 0 -> plan.choose(Map.of(), items, 1);
      case 2 -> plan.choose(Map.of(options[0], options[1]), items, 1);
      default -> plan.choose(Map.of(options[0], options[1], options[2], options[3]), items, 1);
    };
  }
}
