package dev.molstream.retrieval.search;

import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.partition.EstimateError;
import dev.molstream.retrieval.partition.PartitionScan;

/**
 * Lists in the order of their promise, until none promises to come within a margin of the K-th best
 * score. Of some lists at a time the items are scored whose estimate comes within the margin; it is
 * learned during the search from how far the estimates so far were off ({@link EstimateError}).
 *
 * <p>Of the items found in one go no more are scored than a multiple of K, the best by estimate.
 * That matters at first, when there is no K-th score yet, and for queries to which all items are
 * much the same: there a margin lets in thousands, of which few are worth it.
 */
final class AdaptiveSearch {
  /** How many times the square of the margin asked for, times K, are scored in one go. */
  private static final float MOST_FACTOR = 1 / 3f;

  /** As if K were at least this. */
  private static final int LEAST_K = 100;

  private final SlotScorer scorer;
  private final EstimateError error = new EstimateError();
  private final float[] scores = new float[SlotScorer.BATCH];
  private final int[] batch = new int[SlotScorer.BATCH];
  private final float[] batchEstimates = new float[SlotScorer.BATCH];
  private final float[] batchOrigins = new float[SlotScorer.BATCH];
  private int batchSize;
  private float[] sorted = new float[1 << 14];

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
    float factor = Math.max(2, MOST_FACTOR * settings.margin() * settings.margin());
    int most = (int) (factor * Math.max(k, LEAST_K));
    error.start();
    scan.start(query, settings.spread());
    while (scan.promise() > ranked.floor() - margin(settings)) {
      scan.next(ranked.floor(), margin(settings));
      int count = keepPassing(scan, filter);
      float floor = best(scan, count, most);
      for (int i = 0; i < count; i++) {
        if (scan.estimates()[i] >= floor) {
          offer(i, scan, filter, ranked);
        }
      }
      scoreBatch(ranked);
    }
  }

  private float margin(SearchAlgorithm.Adaptive settings) {
    return settings.margin() * error.atOrigin();
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

  /** The least of so many best estimates, -∞ when there are fewer. */
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
    batchSize = 0;
  }
}
