package dev.molstream.training.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * For each item the items most often found with the same users: by the cosine of who has them, with
 * shrinkage, so that few common users count for little. Immutable; any thread.
 */
final class ItemNeighbours {
  /** Neighbours kept of an item: as many as ranks are looked for. */
  private static final int MOST = Metric.DEEPEST;

  /** Items of a user that count, the latest: bounds the pairs that a busy user makes. */
  private static final int MOST_OF_USER = 1000;

  /** Users added to those an item has, as in the item-kNN that session models are compared with. */
  private static final double SHRINKAGE = 20;

  private final int[][] neighbours;
  private final float[][] similarities;

  private ItemNeighbours(int[][] neighbours, float[][] similarities) {
    this.neighbours = neighbours;
    this.similarities = similarities;
  }

  static ItemNeighbours of(LearnedEvents events, int threads) {
    List<int[]> users = events.sequences().stream().map(ItemNeighbours::latestDistinct).toList();
    int[][] usersOfItem = usersOfItem(users, events.itemCount());
    int[][] neighbours = new int[events.itemCount()][];
    float[][] similarities = new float[events.itemCount()][];
    Threads.run(
        threads,
        part -> {
          int[] common = new int[events.itemCount()];
          for (int item = part; item < events.itemCount(); item += threads) {
            long[] row = row(item, users, usersOfItem, common);
            neighbours[item] = Arrays.stream(row).mapToInt(ItemNeighbours::item).toArray();
            similarities[item] = new float[row.length];
            for (int i = 0; i < row.length; i++) {
              similarities[item][i] = similarity(row[i]);
            }
          }
        });
    return new ItemNeighbours(neighbours, similarities);
  }

  /** Adds the similarity of the item's neighbours to their scores. */
  void addTo(ItemScores scores, int item) {
    for (int i = 0; i < neighbours[item].length; i++) {
      scores.add(neighbours[item][i], similarities[item][i]);
    }
  }

  private static int[] latestDistinct(int[] sequence) {
    return IntStream.range(0, sequence.length)
        .map(i -> sequence[sequence.length - 1 - i])
        .distinct()
        .limit(MOST_OF_USER)
        .toArray();
  }

  private static int[][] usersOfItem(List<int[]> users, int itemCount) {
    int[] counts = new int[itemCount];
    users.forEach(items -> Arrays.stream(items).forEach(item -> counts[item]++));
    int[][] usersOfItem = new int[itemCount][];
    Arrays.setAll(usersOfItem, item -> new int[counts[item]]);
    for (int user = 0; user < users.size(); user++) {
      for (int item : users.get(user)) {
        usersOfItem[item][--counts[item]] = user;
      }
    }
    return usersOfItem;
  }

  /**
   * The most similar items as sortable pairs, the best first, ties by number.
   *
   * @param common scratch, all 0 before and after
   */
  private static long[] row(int item, List<int[]> users, int[][] usersOfItem, int[] common) {
    int[] found = new int[16];
    int count = 0;
    for (int user : usersOfItem[item]) {
      for (int other : users.get(user)) {
        if (other != item && common[other]++ == 0) {
          if (count == found.length) {
            found = Arrays.copyOf(found, 2 * count);
          }
          found[count++] = other;
        }
      }
    }
    long[] pairs = new long[count];
    double own = usersOfItem[item].length + SHRINKAGE;
    for (int i = 0; i < count; i++) {
      int other = found[i];
      pairs[i] =
          pair(other, common[other] / Math.sqrt(own * (usersOfItem[other].length + SHRINKAGE)));
      common[other] = 0;
    }
    Arrays.sort(pairs);
    return Arrays.copyOf(pairs, Math.min(count, MOST));
  }

  /** Pairs sort by falling similarity, then by rising item number. */
  private static long pair(int item, double similarity) {
    return ((long) -Float.floatToIntBits((float) similarity) << 32) | item;
  }

  private static int item(long pair) {
    return (int) pair;
  }

  private static float similarity(long pair) {
    return Float.intBitsToFloat(-(int) (pair >> 32));
  }
}
