package dev.molstream.retrieval.search;

import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.partition.PartitionScan;

/**
 * Lists in the order of their promise, until none promises to reach the K-th best score. Of each
 * list the items are scored whose estimate comes within a margin of the K-th best score; the margin
 * is learned during the search from how far the estimates so far were off.
 *
 * <p>The first lists give no K-th score yet: of what they hold, the best by estimate are scored.
 */
final class AdaptiveSearch {
  /** Squared error that the estimates are taken to have at first, as if one had been measured. */
  private static final double FIRST_SQUARED_ERROR = 0.04;

  /** Of the first lists, so many times K items are scored. */
  private static final int FIRST_FACTOR = 2;

  private final SlotScorer scorer;
  private final float[] scores = new float[SlotScorer.BATCH];
  private final int[] batch = new int[SlotScorer.BATCH];
  private final float[] batchEstimates = new float[SlotScorer.BATCH];
  private int batchSize;
  private double squaredErrors;
  private long errors;

  AdaptiveSearch(SlotScorer scorer) {
    this.scorer = scorer;
  }

  /** Offers what it finds to {@code ranked}, which is started. */
  void search(
      MolQuery query,
      int k,
      SearchAlgorithm.Adaptive settings,
      PartitionScan scan,
      FilterPlan filter,
      RankedSlots ranked) {
    squaredErrors = FIRST_SQUARED_ERROR;
    errors = 1;
    scan.start(query, settings.spread());
    while (scan.promise() > ranked.floor()) {
      float kth = ranked.floor();
      float floor = kth - margin(settings);
      scan.next(kth, floor, settings.spread());
      keepPassing(scan, filter);
      int count = passing;
      if (kth == Float.NEGATIVE_INFINITY) {
        int first = Math.min(count, FIRST_FACTOR * k);
        Selection.bestFirst(scan.estimates(), scan.found(), count, first);
        offer(scan, 0, first, Float.NEGATIVE_INFINITY, filter, ranked);
        offer(scan, first, count, ranked.floor() - margin(settings), filter, ranked);
      } else {
        offer(scan, 0, count, floor, filter, ranked);
      }
    }
  }

  private int passing;

  private void keepPassing(PartitionScan scan, FilterPlan filter) {
    int[] slots = scan.found();
    float[] estimates = scan.estimates();
    int kept = 0;
    for (int i = 0; i < scan.foundCount(); i++) {
      if (filter.passes(slots[i])) {
        slots[kept] = slots[i];
        estimates[kept++] = estimates[i];
      }
    }
    passing = kept;
  }

  private float margin(SearchAlgorithm.Adaptive settings) {
    return settings.margin() * (float) Math.sqrt(squaredErrors / errors);
  }

  private void offer(
      PartitionScan scan, int from, int to, float floor, FilterPlan filter, RankedSlots ranked) {
    int[] slots = scan.found();
    float[] estimates = scan.estimates();
    for (int i = from; i < to; i++) {
      if (estimates[i] >= floor && filter.firstTime(slots[i])) {
        batch[batchSize] = slots[i];
        batchEstimates[batchSize++] = estimates[i];
        if (batchSize == batch.length) {
          scoreBatch(ranked);
        }
      }
    }
    scoreBatch(ranked);
  }

  private void scoreBatch(RankedSlots ranked) {
    scorer.score(batch, 0, batchSize, scores);
    for (int i = 0; i < batchSize; i++) {
      if (scores[i] != SlotScorer.NONE) {
        double error = scores[i] - batchEstimates[i];
        squaredErrors += error * error;
        errors++;
        ranked.offer(scores[i], batch[i]);
      }
    }
    batchSize = 0;
  }
}
