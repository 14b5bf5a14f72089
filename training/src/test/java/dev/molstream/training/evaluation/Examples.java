package dev.molstream.training.evaluation;

import dev.molstream.model.ItemContent;
import dev.molstream.training.TrainingData;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Small data whose items are "a", "b", … with the numbers 0, 1, …. */
final class Examples {
  private Examples() {}

  /**
   * Users "u0", "u1", …, who did one thing a millisecond.
   *
   * @param histories a word each, a letter an item
   */
  static TrainingData data(int items, String... histories) {
    TrainingData.Builder builder = TrainingData.builder();
    for (int item = 0; item < items; item++) {
      builder.item(
          new ItemContent(
              Character.toString('a' + item), "", List.of("kind " + item % 3), Map.of(), null));
    }
    for (int user = 0; user < histories.length; user++) {
      for (int i = 0; i < histories[user].length(); i++) {
        builder.event("u" + user, histories[user].substring(i, i + 1), 0, i);
      }
    }
    return builder.build();
  }

  static LearnedEvents learned(int items, String... histories) {
    return new LearnedEvents(
        items,
        Arrays.stream(histories)
            .map(history -> history.chars().map(item -> item - 'a').toArray())
            .toList());
  }
}
