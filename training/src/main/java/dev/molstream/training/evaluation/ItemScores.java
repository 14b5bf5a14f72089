package dev.molstream.training.evaluation;

import java.util.Arrays;

/**
 * Scores of some items, reused from user to user; items without one come behind, and ties are
 * broken by popularity. The cost of a user grows with the items scored, not with the catalogue. One
 * thread.
 */
final class ItemScores {
  private final Popularity popularity;
  private final double[] scores;
  private final boolean[] left;
  private int[] scored = new int[256];
  private int scoredCount;
  private int[] leftOut = new int[256];
  private int leftOutCount;

  ItemScores(int itemCount, Popularity popularity) {
    this.popularity = popularity;
    this.scores = new double[itemCount];
    this.left = new boolean[itemCount];
  }

  void clear() {
    for (int i = 0; i < scoredCount; i++) {
      scores[scored[i]] = 0;
    }
    for (int i = 0; i < leftOutCount; i++) {
      left[leftOut[i]] = false;
    }
    scoredCount = 0;
    leftOutCount = 0;
  }

  /**
   * Adds to an item's score.
   *
   * @param score greater than 0
   */
  void add(int item, double score) {
    if (scores[item] == 0) {
      if (scoredCount == scored.length) {
        scored = Arrays.copyOf(scored, 2 * scoredCount);
      }
      scored[scoredCount++] = item;
    }
    scores[item] += score;
  }

  /** Takes an item out of the ranking. */
  void leaveOut(int item) {
    if (!left[item]) {
      if (leftOutCount == leftOut.length) {
        leftOut = Arrays.copyOf(leftOut, 2 * leftOutCount);
      }
      leftOut[leftOutCount++] = item;
      left[item] = true;
    }
  }

  /** What was added for an item. */
  double score(int item) {
    return scores[item];
  }

  /** The item's rank, from 1; 0 when it was left out. */
  int rank(int target) {
    if (left[target]) {
      return 0;
    }
    int place = popularity.place(target);
    double score = scores[target];
    int better = 0;
    for (int i = 0; i < scoredCount; i++) {
      int item = scored[i];
      boolean isAhead = popularity.place(item) < place;
      if (!left[item] && (scores[item] > score || (scores[item] == score && isAhead))) {
        better++;
      }
    }
    return 1 + better + (score > 0 ? 0 : unscoredAhead(place));
  }

  /** How many items that have no score and were not left out are more popular. */
  private int unscoredAhead(int place) {
    int ahead = place;
    for (int i = 0; i < scoredCount; i++) {
      ahead -= popularity.place(scored[i]) < place ? 1 : 0;
    }
    for (int i = 0; i < leftOutCount; i++) {
      int item = leftOut[i];
      ahead -= scores[item] == 0 && popularity.place(item) < place ? 1 : 0;
    }
    return ahead;
  }
}
