package dev.molstream.retrieval.search;

import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.partition.EstimateError;
import dev.molstream.retrieval.partition.PartitionScan;

/**
 * Lists in the order of their promise, until none promises to reach the K-th best score. Of each
 * list the items are scored whose estimate comes within a margin of the K-th best score; the margin
 * is learned during the search from how far the estimates so far were off ({@link EstimateError}).
 *
 * <p>The first lists give no K-th score yet: of what they hold, the best by estimate are scored.
 */
final class AdaptiveSearch {
  /** Of the first lists, so many times K items are scored. */
  private static final int FIRST_FACTOR = 2;

  /** Once so many times K items are scored, only those whose estimate is among the best. */
  private static final int MOST_FACTOR = 60;

  private final SlotScorer scorer;
  private final EstimateError error = new EstimateError();
  private final float[] scores = new float[SlotScorer.BATCH];
  private final int[] batch = new int[SlotScorer.BATCH];
  private final float[] batchEstimates = new float[SlotScorer.BATCH];
  private final float[] batchOrigins = new float[SlotScorer.BATCH];
  private int batchSize;
  private long checked;
  private long most;
  private float[] sorted = new float[4096];

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
    error.start();
    checked = 0;
    most = MOST_FACTOR * (long) k;
    scan.start(query, settings.spread());
    while (scan.promise() > ranked.floor()) {
      float kth = ranked.floor();
      scan.next(kth, margin(settings));
      int count = keepPassing(scan, filter);
      if (kth == Float.NEGATIVE_INFINITY) {
        offerAbove(best(scan, count, FIRST_FACTOR * k), scan, count, filter, ranked);
      }
      offerWithin(settings, scan, count, filter, ranked);
    }
  }

  private float margin(SearchAlgorithm.Adaptive settings) {
    return checked < most ? settings.margin() * error.atOrigin() : 0;
  }

  private static int keepPassing(PartitionScan scan, FilterPlan filter) {
    int[] slots = scan.found();
    float[] estimates = scan.estimates();
    float[] origins = scan.foundOrigins();
    int kept = 0;
    for (int i = 0; i < scan.foundCount(); i++) {
      if (filter.passes(slots[i])) {
        slots[kept] = slots[i];
        origins[kept] = origins[i];
        estimates[kept++] = estimates[i];
      }
    }
    return kept;
  }

  /** The least of so many best estimates. */
  private float best(PartitionScan scan, int count, int wanted) {
    if (wanted >= count) {
      return Float.NEGATIVE_INFINITY;
    }
    if (sorted.length < count) {
      sorted = new float[2 * count];
    }
    System.arraycopy(scan.estimates(), 0, sorted, 0, count);
    return Selection.best(sorted, count, wanted);
  }

  private void offerAbove(
      float floor, PartitionScan scan, int count, FilterPlan filter, RankedSlots ranked) {
    for (int i = 0; i < count; i++) {
      if (scan.estimates()[i] >= floor) {
        offer(i, scan, filter, ranked);
      }
    }
    scoreBatch(ranked);
  }

  private void offerWithin(
      SearchAlgorithm.Adaptive settings,
      PartitionScan scan,
      int count,
      FilterPlan filter,
      RankedSlots ranked) {
    float kth = ranked.floor();
    float margin = margin(settings);
    for (int i = 0; i < count; i++) {
      if (scan.estimates()[i] >= PartitionScan.floor(kth, margin, scan.foundOrigins()[i])) {
        offer(i, scan, filter, ranked);
      }
    }
    scoreBatch(ranked);
  }

  private void offer(int i, PartitionScan scan, FilterPlan filter, RankedSlots ranked) {
    if (filter.firstTime(scan.found()[i])) {
      batch[batchSize] = scan.found()[i];
      batchOrigins[batchSize] = scan.foundOrigins()[i];
      batchEstimates[batchSize++] = scan.estimates()[i];
      if (batchSize == batch.length) {
        scoreBatch(ranked);
      }
    }
  }

  private void scoreBatch(RankedSlots ranked) {
    scorer.score(batch, 0, batchSize, scores);
    for (int i = 0; i < batchSize; i++) {
      if (scores[i] != SlotScorer.NONE) {
        error.add(batchEstimates[i], batchOrigins[i], scores[i]);
        ranked.offer(scores[i], batch[i]);
      }
    }
    checked += batchSize;
    batchSize = 0;
  }
}
