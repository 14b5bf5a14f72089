package dev.molstream.training.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.model.ItemContent;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NegativeSamplerTest {
  private static final int ITEMS = 4;

  @Test
  void drawsByPopularityAsMuchAsItIsTold() {
    // Learnable: item 0 three times, item 1 once, the others never.
    NegativeSampler sampler = sampler(0.5);

    assertThat(sampler.probability(0)).isCloseTo(0.5 * 3 / 4 + 0.5 / ITEMS, within(1e-12));
    assertThat(sampler.probability(1)).isCloseTo(0.5 / 4 + 0.5 / ITEMS, within(1e-12));
    assertThat(sampler.probability(3)).isCloseTo(0.5 / ITEMS, within(1e-12));
  }

  @Test
  void drawsAsOftenAsItsProbabilitySays() {
    NegativeSampler sampler = sampler(0.8);
    SplittableRandom random = new SplittableRandom(1);
    int[] drawn = new int[ITEMS];
    for (int i = 0; i < 100_000; i++) {
      drawn[sampler.draw(random)]++;
    }

    for (int item = 0; item < ITEMS; item++) {
      assertThat(drawn[item] / 1e5).isCloseTo(sampler.probability(item), within(0.01));
    }
  }

  @Test
  void withoutPopularityAllItemsAreAlike() {
    NegativeSampler sampler = sampler(0);

    for (int item = 0; item < ITEMS; item++) {
      assertThat(sampler.probability(item)).isCloseTo(1.0 / ITEMS, within(1e-12));
    }
  }

  private static NegativeSampler sampler(double popularShare) {
    TrainingData.Builder builder = TrainingData.builder();
    for (int item = 0; item < ITEMS; item++) {
      builder.item(new ItemContent("i" + item, "", List.of(), Map.of(), null));
    }
    int[] watched = {0, 0, 1, 0, 3, 3}; // the last two are held out
    for (int event = 0; event < watched.length; event++) {
      builder.event("anna", "i" + watched[event], 0, event);
    }
    TrainingData data = builder.build();
    return NegativeSampler.of(data, Split.leaveOneOut(data), popularShare);
  }
}
