package dev.molstream.training.evaluation;

import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.HashSet;
import java.util.Set;

/** Ranks items by how often they occur in what is learned from, seen items left out. */
public final class PopularityBaseline {
  private PopularityBaseline() {}

  /** The metrics of recommending the most popular unseen items to everyone. */
  public static RankingMetrics evaluate(TrainingData data, Split split) {
    int[] counts = counts(data, split);
    return RankingMetrics.of(
        split.test().users().map(user -> rank(data, split.test(), user, counts)).toArray());
  }

  private static int[] counts(TrainingData data, Split split) {
    int[] counts = new int[data.itemCount()];
    for (int user = 0; user < data.userCount(); user++) {
      for (int i = 0; i < split.learnable(user); i++) {
        counts[data.item(user, i)]++;
      }
    }
    return counts;
  }

  private static int rank(TrainingData data, Split.Targets targets, int user, int[] counts) {
    int position = targets.position(user);
    int target = data.item(user, position);
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; targets.excludesSeen() && i < position; i++) {
      seen.add(data.item(user, i));
    }
    if (seen.contains(target)) {
      return 0;
    }
    int rank = 1;
    for (int item = 0; item < counts.length; item++) {
      boolean better =
          counts[item] > counts[target] || (counts[item] == counts[target] && item < target);
      if (better && !seen.contains(item)) {
        rank++;
      }
    }
    return rank <= RankingMetrics.DEEPEST ? rank : 0;
  }
}
