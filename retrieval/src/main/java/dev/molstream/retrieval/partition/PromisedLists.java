package dev.molstream.retrieval.partition;

/**
 * What each list promises, by regions, so that the best list is found and the promises of a whole
 * region are replaced at the cost of the lists of one region and the number of regions. One thread.
 */
final class PromisedLists {
  private final Centroids centroids;
  private final float[] promises;
  private final float[] bestOfRegion;
  private final int[] bestListOfRegion;

  /** Lists that promise nothing. */
  PromisedLists(Centroids centroids) {
    this.centroids = centroids;
    this.promises = new float[centroids.count()];
    this.bestOfRegion = new float[centroids.regionCount()];
    this.bestListOfRegion = new int[centroids.regionCount()];
  }

  /** What a list promises; one that promises -∞ is never best. {@link #settle} follows. */
  void set(int list, float promise) {
    promises[list] = promise;
  }

  float get(int list) {
    return promises[list];
  }

  /** Takes in what was set of the region's lists. */
  void settle(int region) {
    float most = Float.NEGATIVE_INFINITY;
    int best = centroids.firstList(region);
    for (int list = best; list < centroids.firstList(region + 1); list++) {
      if (promises[list] > most) {
        most = promises[list];
        best = list;
      }
    }
    bestOfRegion[region] = most;
    bestListOfRegion[region] = best;
  }

  /** Leaves the region out until it is settled again. */
  void hold(int region) {
    bestOfRegion[region] = Float.NEGATIVE_INFINITY;
  }

  /** What the best list promises; -∞ when there is none. */
  float best() {
    return bestOfRegion[bestRegion()];
  }

  /** The best list. */
  int bestList() {
    return bestListOfRegion[bestRegion()];
  }

  /** Takes out the best list; there must be one. */
  int poll() {
    int region = bestRegion();
    int list = bestListOfRegion[region];
    promises[list] = Float.NEGATIVE_INFINITY;
    settle(region);
    return list;
  }

  private int bestRegion() {
    int best = 0;
    for (int region = 1; region < bestOfRegion.length; region++) {
      if (bestOfRegion[region] > bestOfRegion[best]) {
        best = region;
      }
    }
    return best;
  }
}
