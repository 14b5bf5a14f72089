package dev.molstream.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molstream.training.TrainingData;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ColdItemsTest {
  /** Of ten items, a to h have events. */
  private final TrainingData data = Examples.data(10, "abcd", "efgh", "aceg");

  @Test
  void choosesAShareOfTheItemsWithEvents() {
    ColdItems chosen = ColdItems.choose(data, 0.5, 1);

    assertThat(chosen.count()).isEqualTo(4);
    assertThat(Arrays.stream(chosen.numbers()))
        .doesNotHaveDuplicates()
        .allMatch(item -> item < 8 && chosen.contains(item));
    assertThat(chosen.contains(8)).isFalse();
  }

  @Test
  void choosesTheSameForTheSameSeed() {
    assertThat(ColdItems.choose(data, 0.5, 1).numbers())
        .isEqualTo(ColdItems.choose(data, 0.5, 1).numbers())
        .isNotEqualTo(ColdItems.choose(data, 0.5, 2).numbers());
  }

  @Test
  void refusesToHideNothingOrEverything() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ColdItems.choose(data, 1, 1))
        .withMessage("share 1.0 is not between 0 and 1");
    assertThatIllegalArgumentException().isThrownBy(() -> ColdItems.choose(data, 0, 1));
  }
}
