package dev.molstream.retrieval.partition;

import java.util.Arrays;

/**
 * What each list promises, by regions, so that the best list is found and the promises of a whole
 * region are replaced at the cost of the lists of one region and the number of regions. One thread.
 */
final class PromisedLists {
  private static final int NONE = -1;

  private final Centroids centroids;
  private final float[] promises;
  private final float[] bestOfRegion;
  private final int[] bestList;

  PromisedLists(Centroids centroids) {
    this.centroids = centroids;
    this.promises = new float[centroids.count()];
    this.bestOfRegion = new float[centroids.regionCount()];
    this.bestList = new int[centroids.regionCount()];
  }

  /** What promises nothing is never best: empty lists, and those that were taken out. */
  void set(int list, float promise) {
    promises[list] = promise;
  }

  float get(int list) {
    return promises[list];
  }

  /** Call after promises of the region's lists were set. */
  void settle(int region) {
    float most = Float.NEGATIVE_INFINITY;
    int best = NONE;
    for (int list = centroids.firstList(region); list < centroids.firstList(region + 1); list++) {
      if (promises[list] > most) {
        most = promises[list];
        best = list;
      }
    }
    bestOfRegion[region] = most;
    bestList[region] = best;
  }

  /** What the best list promises; -∞ when there is none. */
  float best() {
    float most = Float.NEGATIVE_INFINITY;
    for (float promise : bestOfRegion) {
      most = Math.max(most, promise);
    }
    return most;
  }

  /** Takes out the best list; there must be one. */
  int poll() {
    int best = 0;
    for (int region = 1; region < bestOfRegion.length; region++) {
      if (bestOfRegion[region] > bestOfRegion[best]) {
        best = region;
      }
    }
    int list = bestList[best];
    promises[list] = Float.NEGATIVE_INFINITY;
    settle(best);
    return list;
  }

  void clear() {
    Arrays.fill(promises, Float.NEGATIVE_INFINITY);
    Arrays.fill(bestOfRegion, Float.NEGATIVE_INFINITY);
    Arrays.fill(bestList, NONE);
  }
}
