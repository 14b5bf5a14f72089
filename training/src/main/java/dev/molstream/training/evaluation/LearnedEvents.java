package dev.molstream.training.evaluation;

import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model may have learned from, for baselines to count: per user the items, oldest first.
 * Immutable; any thread.
 *
 * @param itemCount how many items there are, learned or not
 * @param sequences item numbers; not to be written to
 */
record LearnedEvents(int itemCount, List<int[]> sequences) {

  /** The learnable events of the split, but for those with items that the model does not know. */
  static LearnedEvents of(TrainingData data, Split split, ColdItems cold) {
    return new LearnedEvents(
        data.itemCount(),
        IntStream.range(0, data.userCount())
            .mapToObj(
                user ->
                    IntStream.range(0, split.learnable(user))
                        .map(position -> data.item(user, position))
                        .filter(item -> !cold.contains(item))
                        .toArray())
            .toList());
  }

  /** By item, how many events are with it. */
  int[] counts() {
    int[] counts = new int[itemCount];
    sequences.forEach(sequence -> Arrays.stream(sequence).forEach(item -> counts[item]++));
    return counts;
  }
}
