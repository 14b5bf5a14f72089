package dev.molstream.training.evaluation;

import dev.molstream.training.TrainingData;
import dev.molstream.training.batch.LeaveOneOut;
import java.util.HashSet;
import java.util.Set;

/** Ranks items by how often they occur in what is learned from, seen items left out. */
public final class PopularityBaseline {
  private PopularityBaseline() {}

  /** The metrics of recommending the most popular unseen items to everyone. */
  public static RankingMetrics evaluate(TrainingData data, LeaveOneOut split) {
    int[] counts = counts(data);
    return RankingMetrics.of(
        split.users(data).map(user -> rank(data, split, user, counts)).toArray());
  }

  private static int[] counts(TrainingData data) {
    int[] counts = new int[data.itemCount()];
    for (int user = 0; user < data.userCount(); user++) {
      for (int i = 0; i < LeaveOneOut.learnable(data, user); i++) {
        counts[data.item(user, i)]++;
      }
    }
    return counts;
  }

  private static int rank(TrainingData data, LeaveOneOut split, int user, int[] counts) {
    int position = split.target(data, user);
    int target = data.item(user, position);
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < position; i++) {
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
