package dev.molstream.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.model.ItemContent;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
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
  void byTimeLearnsWhatWasBeforeAndTestsTheFirstEventAfter() {
    // User 0 has events at 0 to 4, user 1 at 0 and 1, user 2 at 0 to 2.
    Split split = Split.leaveOneOut(data).byTime(data, 3, 10);

    assertThat(split.learnable(0)).isEqualTo(2);
    assertThat(split.validation().position(0)).isEqualTo(2);
    assertThat(split.test().position(0)).isEqualTo(3);
    assertThat(split.learnable(1)).isEqualTo(2);
    assertThat(split.test().position(1)).isEqualTo(-1);
    assertThat(split.test().users()).containsExactly(0);
    assertThat(split.test().excludesSeen()).isTrue();
  }

  @Test
  void byTimeHoldsNoMoreOutThanIsValidated() {
    Split split = Split.leaveOneOut(data).byTime(data, 3, 1);

    assertThat(split.validation().users()).containsExactly(0);
    assertThat(split.learnable(0)).isEqualTo(2);
    assertThat(split.learnable(2)).isEqualTo(3);
  }

  @Test
  void byTimeHoldsTheNewestEventsOut() {
    TrainingData late = items("aaa", "bbbbb", "cccc");

    Split split = Split.leaveOneOut(late).byTime(late, 10, 2);

    assertThat(split.validation().users()).containsExactly(1, 2);
    assertThat(split.learnable(0)).isEqualTo(3);
  }

  @Test
  void byTimeTestsUsersWhoOnlyCameLater() {
    Split split = Split.leaveOneOut(data).byTime(data, 0, 10);

    assertThat(split.learnable(0)).isZero();
    assertThat(split.validation().users()).isEmpty();
    assertThat(split.test().users()).containsExactly(0, 1, 2);
    assertThat(split.test().position(0)).isEqualTo(1);
  }

  @Test
  void byTimeLeavesOutWhomNothingIsLearnedOf() {
    Split sessions = Split.sessions(data, user -> user == 0, 2);

    Split split = sessions.byTime(data, 1, 10);

    assertThat(split.learnable(0)).isZero();
    assertThat(split.test().users()).containsExactly(1, 2);
    assertThat(split.test().excludesSeen()).isFalse();
  }

  @Test
  void laterTargetsAreOfUsersWhoHaveThem() {
    Split.Targets first = Split.leaveOneOut(data).byTime(data, 3, 10).test();

    assertThat(first.later(data, 1).position(0)).isEqualTo(4);
    assertThat(first.later(data, 2).users()).isEmpty();
  }

  @Test
  void validationMayBeLearnedOnceItHasServed() {
    Split chosen = Split.leaveOneOut(data).withValidationLearned();
    Split temporal = Split.leaveOneOut(data).byTime(data, 3, 10).withValidationLearned();
    Split sessions = Split.sessions(data, user -> user == 1, 2).withValidationLearned();

    assertThat(chosen.learnable(0)).isEqualTo(4);
    assertThat(chosen.learnable(1)).isEqualTo(2);
    assertThat(chosen.test().position(0)).isEqualTo(4);
    assertThat(temporal.learnable(0)).isEqualTo(3);
    assertThat(sessions.learnable(0)).isEqualTo(5);
    assertThat(sessions.learnable(1)).isZero();
  }

  @Test
  void sinceLearnsFromUsersWithNewEventsAndAsManyOthers() {
    // Newest learnable events: user 0 at 2, user 1 at 1, user 2 at 0.
    Split split = Split.leaveOneOut(data).since(data, 1);

    assertThat(split.learnable(0)).isEqualTo(3);
    assertThat(split.learnable(1) + split.learnable(2)).isEqualTo(1);
    assertThat(split.test().users()).containsExactly(0, 2);
    assertThat(split.learnableUntil(data)).isEqualTo(2);
  }

  /** Or a model that has learned nothing new would be chosen. */
  @Test
  void sinceIsValidatedByNewEvents() {
    // Validation events: user 0's at 3, user 2's at 1.
    Split all = Split.leaveOneOut(data);

    assertThat(all.since(data, 2).validation().users()).containsExactly(0);
    assertThat(all.since(data, 3).validation().users()).containsExactly(0, 2);
  }

  /** Or a test of sessions, of which nothing is learned, would have old ones learned again. */
  @Test
  void sinceRepeatsNoMoreUsersThanHaveNewEventsToLearn() {
    Split sessions = Split.sessions(data, user -> user == 0, 100);

    Split split = sessions.since(data, sessions.learnableUntil(data));

    assertThat(sessions.learnable(1)).isPositive();
    assertThat(split.learnable(0) + split.learnable(1) + split.learnable(2)).isZero();
  }

  @Test
  void limitChoosesEvenly() {
    Split.Targets few = Split.leaveOneOut(data).test().limit(1);

    assertThat(few.users()).containsExactly(0);
    assertThat(few.position(0)).isEqualTo(4);
    assertThat(few.excludesSeen()).isTrue();
  }

  @Test
  void withoutItemsHoldsTheSameEventsOut() {
    TrainingData items = items("abcba", "bbaab", "babb");
    Split split = Split.leaveOneOut(items);
    IntPredicate isB = item -> item == 1;

    Split rest = split.without(items, isB);

    // Of "aca" the c was learnable and the last a the test; what was validation, b, is gone.
    assertThat(items.without(isB).length(0)).isEqualTo(3);
    assertThat(rest.learnable(0)).isEqualTo(2);
    assertThat(rest.validation().position(0)).isEqualTo(-1);
    assertThat(rest.test().position(0)).isEqualTo(2);
    // Of "aa" the last was the validation; the test, b, is gone.
    assertThat(rest.learnable(1)).isEqualTo(1);
    assertThat(rest.validation().position(1)).isEqualTo(1);
    assertThat(rest.test().position(1)).isEqualTo(-1);
    // Of "a", learnable, nothing is foretold.
    assertThat(rest.learnable(2)).isEqualTo(1);
    assertThat(rest.validation().position(2)).isEqualTo(-1);
    assertThat(rest.test().excludesSeen()).isTrue();
  }

  @Test
  void lastOfIsTheLastEventWithOneOfTheItems() {
    Split.Targets last = Split.lastOf(items("aba", "bab", "baa", "aaa"), false, item -> item == 1);

    assertThat(last.users()).containsExactly(0, 1);
    assertThat(last.position(0)).isEqualTo(1);
    assertThat(last.position(1)).isEqualTo(2);
    assertThat(last.excludesSeen()).isFalse();
  }

  /** A word is a user, a letter one of the items a, b and c. */
  private static TrainingData items(String... histories) {
    TrainingData.Builder builder = TrainingData.builder();
    for (String id : List.of("a", "b", "c")) {
      builder.item(new ItemContent(id, "", List.of(), Map.of(), null));
    }
    for (int user = 0; user < histories.length; user++) {
      for (int i = 0; i < histories[user].length(); i++) {
        builder.event("u" + user, histories[user].substring(i, i + 1), 0, i);
      }
    }
    return builder.build();
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
