package dev.molstream.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.model.ItemContent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SplitTest {
  private final TrainingData data = data();

  @Test
  void leaveOneOutHoldsTheLastTwoEventsBack() {
    Split split = Split.leaveOneOut(data);

    assertThat(split.learnable(0)).isEqualTo(3);
    assertThat(split.validation().position(0)).isEqualTo(3);
    assertThat(split.test().position(0)).isEqualTo(4);
    assertThat(split.test().excludesSeen()).isTrue();
  }

  @Test
  void leaveOneOutLearnsShortHistoriesInFullAndDoesNotEvaluateThem() {
    Split split = Split.leaveOneOut(data);

    assertThat(split.learnable(1)).isEqualTo(2);
    assertThat(split.test().position(1)).isEqualTo(-1);
    assertThat(split.test().users()).containsExactly(0, 2);
  }

  @Test
  void sessionsForTheTestAreNotLearnedFrom() {
    Split split = Split.sessions(data, user -> user == 1, 2);

    assertThat(split.learnable(1)).isZero();
    assertThat(split.test().users()).containsExactly(1);
    assertThat(split.test().position(1)).isEqualTo(1);
    assertThat(split.validation().users()).containsExactly(0, 2);
    assertThat(split.learnable(0)).isEqualTo(4);
    assertThat(split.test().excludesSeen()).isFalse();
  }

  @Test
  void temporalLearnsWhatWasBeforeAndTestsTheFirstEventAfter() {
    // User 0 has events at 0 to 4, user 1 at 0 and 1, user 2 at 0 to 2.
    Split split = Split.temporal(data, 3);

    assertThat(split.learnable(0)).isEqualTo(2);
    assertThat(split.validation().position(0)).isEqualTo(2);
    assertThat(split.test().position(0)).isEqualTo(3);
    assertThat(split.learnable(1)).isEqualTo(2);
    assertThat(split.test().position(1)).isEqualTo(-1);
    assertThat(split.test().users()).containsExactly(0);
  }

  @Test
  void temporalLeavesUsersOutWhoOnlyCameLater() {
    Split split = Split.temporal(data, 0);

    assertThat(split.learnable(0)).isZero();
    assertThat(split.test().users()).isEmpty();
  }

  @Test
  void limitChoosesEvenly() {
    Split.Targets few = Split.leaveOneOut(data).test().limit(1);

    assertThat(few.users()).containsExactly(0);
    assertThat(few.position(0)).isEqualTo(4);
    assertThat(few.excludesSeen()).isTrue();
  }

  private static TrainingData data() {
    TrainingData.Builder builder = TrainingData.builder();
    builder.item(new ItemContent("i", "", List.of(), Map.of(), null));
    int[] lengths = {5, 2, 3};
    for (int user = 0; user < lengths.length; user++) {
      for (int event = 0; event < lengths[user]; event++) {
        builder.event("u" + user, "i", 0, event);
      }
    }
    return builder.build();
  }
}
