package dev.molstream.training.evaluation;

import dev.molstream.training.TrainingData;
import java.util.Arrays;

/**
 * A first-order Markov chain: an item scores how often it came right after the last one. Immutable;
 * any thread.
 */
final class MarkovBaseline implements Baseline {
  private final TrainingData data;
  private final int[] first;
  private final int[] next;

  /** Items that came after item i are next[first[i]] to next[first[i + 1] - 1], as often. */
  private MarkovBaseline(TrainingData data, int[] first, int[] next) {
    this.data = data;
    this.first = first;
    this.next = next;
  }

  static MarkovBaseline of(TrainingData data, LearnedEvents events) {
    int[] first = new int[events.itemCount() + 1];
    for (int[] sequence : events.sequences()) {
      for (int i = 0; i + 1 < sequence.length; i++) {
        first[sequence[i] + 1]++;
      }
    }
    Arrays.parallelPrefix(first, Integer::sum);
    int[] next = new int[first[events.itemCount()]];
    int[] end = first.clone();
    for (int[] sequence : events.sequences()) {
      for (int i = 0; i + 1 < sequence.length; i++) {
        next[end[sequence[i]]++] = sequence[i + 1];
      }
    }
    return new MarkovBaseline(data, first, next);
  }

  @Override
  public void score(int user, int position, ItemScores scores) {
    int last = data.item(user, position - 1);
    for (int i = first[last]; i < first[last + 1]; i++) {
      scores.add(next[i], 1);
    }
  }
}
