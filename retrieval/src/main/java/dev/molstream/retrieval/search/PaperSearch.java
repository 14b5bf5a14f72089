package dev.molstream.retrieval.search;

import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.CodeScanner;
import dev.molstream.retrieval.kernel.MolKernel;
import dev.molstream.retrieval.slots.SlotTable;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.concurrent.locks.StampedLock;

/**
 * Candidates as the paper finds them (section 4.2): the best items of every component logit, the
 * best by averaged vectors, or both. Candidates are scored once each.
 */
final class PaperSearch {
  /** Scan hits are thinned out to the candidates wanted whenever there are so many times more. */
  private static final int SLACK = 4;

  private final SearchableItems items;
  private final SlotScorer scorer;
  private final MolKernel kernel;
  private final CodeScanner scanner;
  private final float[] weights;
  private final float[] scores = new float[SlotScorer.BATCH];
  private final int[] batch = new int[SlotScorer.BATCH];
  private int batchSize;

  private int[] slots = new int[1 << 14];
  private float[] estimates = new float[1 << 14];
  private int[] positions = new int[CodeScanner.BLOCK_ITEMS * 64];
  private float[] hits = new float[CodeScanner.BLOCK_ITEMS * 64];

  private final int logitCount;
  private final int[] neighbours = new int[SlotTable.SLOTS_PER_LOCK];
  private final long[] addresses = new long[SlotTable.SLOTS_PER_LOCK];
  private final float[] neighbourLogits;

  /** Per component logit the best items so far: rows of {@link #perComponent}, unordered. */
  private int[] bestSlots = {};

  private float[] bestLogits = {};
  private final int[] bestCount;
  private final float[] floors;
  private float greatestLeftOut;

  PaperSearch(SearchableItems items, SlotScorer scorer, MolKernel kernel, CodeScanner scanner) {
    MolShape shape = items.settings().shape();
    this.items = items;
    this.scorer = scorer;
    this.kernel = kernel;
    this.scanner = scanner;
    this.weights = new float[shape.componentDimension()];
    this.logitCount = shape.logits();
    this.neighbourLogits = new float[SlotTable.SLOTS_PER_LOCK * shape.logits()];
    this.bestCount = new int[shape.logits()];
    this.floors = new float[shape.logits()];
  }

  /**
   * Offers the {@code count} best items by averaged vectors.
   *
   * @return true when those are all that pass
   */
  boolean averaged(MolQuery query, int count, FilterPlan filter, RankedSlots ranked) {
    AveragedCodes codes = items.averages();
    Arrays.fill(weights, 0);
    for (int i = 0; i < query.components().length; i++) {
      weights[i % weights.length] += query.components()[i] * codes.step();
    }
    scanner.prepare(weights);
    if (SLACK * count + hits.length > slots.length) {
      slots = new int[2 * (SLACK * count + hits.length)];
      estimates = new float[slots.length];
    }
    int limit = items.slots().limit();
    float floor = Float.NEGATIVE_INFINITY;
    int found = 0;
    boolean all = true;
    MemorySegment[] chunks = codes.chunks();
    for (int chunk = 0; chunk < chunks.length; chunk++) {
      int blocks = codes.blocks(chunk, limit);
      int step = positions.length / CodeScanner.BLOCK_ITEMS;
      for (int block = 0; block < blocks; block += step) {
        long from =
            chunks[chunk].address() + (long) block * CodeScanner.BLOCK_ITEMS * weights.length;
        int hitCount =
            scanner.scanAbove(from, Math.min(step, blocks - block), floor, positions, hits, 0);
        int first = AveragedCodes.firstSlot(chunk) + block * CodeScanner.BLOCK_ITEMS;
        for (int i = 0; i < hitCount; i++) {
          int slot = first + positions[i];
          if (slot < limit && filter.passes(slot)) {
            slots[found] = slot;
            estimates[found++] = hits[i];
          }
        }
        if (found >= SLACK * count) {
          Selection.bestFirst(estimates, slots, found, count);
          found = count;
          floor = least(count);
          all = false;
        }
      }
      Reference.reachabilityFence(chunks[chunk]);
    }
    int kept = Math.min(found, count);
    if (found > count) {
      Selection.bestFirst(estimates, slots, found, count);
    }
    for (int i = 0; i < kept; i++) {
      offer(slots[i], filter, ranked);
    }
    scoreBatch(ranked);
    return all && found <= count;
  }

  /**
   * Offers the {@code perComponent} best items of every component logit.
   *
   * @return what no component logit of an item that was left out exceeds; -∞ when none was
   */
  float perEmbedding(int perComponent, FilterPlan filter, RankedSlots ranked) {
    if (bestSlots.length < 2 * perComponent * logitCount) {
      bestSlots = new int[2 * perComponent * logitCount];
      bestLogits = new float[bestSlots.length];
    }
    Arrays.fill(bestCount, 0);
    Arrays.fill(floors, Float.NEGATIVE_INFINITY);
    greatestLeftOut = Float.NEGATIVE_INFINITY;
    int limit = items.slots().limit();
    for (int first = 0; first < limit; first += SlotTable.SLOTS_PER_LOCK) {
      int count = readLogits(first);
      for (int i = 0; i < count; i++) {
        if (filter.passes(neighbours[i])) {
          takeIn(neighbours[i], i * logitCount, perComponent);
        }
      }
    }
    for (int p = 0; p < logitCount; p++) {
      if (bestCount[p] > perComponent) {
        thinOut(p, perComponent);
      }
      int row = p * 2 * perComponent;
      for (int i = 0; i < bestCount[p]; i++) {
        offer(bestSlots[row + i], filter, ranked);
      }
    }
    scoreBatch(ranked);
    return greatestLeftOut;
  }

  private void takeIn(int slot, int from, int perComponent) {
    for (int p = 0; p < logitCount; p++) {
      float logit = neighbourLogits[from + p];
      if (logit < floors[p]) {
        greatestLeftOut = Math.max(greatestLeftOut, logit);
        continue;
      }
      int row = p * 2 * perComponent;
      bestSlots[row + bestCount[p]] = slot;
      bestLogits[row + bestCount[p]++] = logit;
      if (bestCount[p] == 2 * perComponent) {
        thinOut(p, perComponent);
      }
    }
  }

  /** Keeps the best of a component's row and raises its floor. */
  private void thinOut(int p, int perComponent) {
    int row = p * 2 * perComponent;
    Selection.bestFirst(bestLogits, bestSlots, row, row + bestCount[p], perComponent);
    float least = Float.POSITIVE_INFINITY;
    for (int i = 0; i < perComponent; i++) {
      least = Math.min(least, bestLogits[row + i]);
    }
    for (int i = perComponent; i < bestCount[p]; i++) {
      greatestLeftOut = Math.max(greatestLeftOut, bestLogits[row + i]);
    }
    bestCount[p] = perComponent;
    floors[p] = least;
  }

  /** Component logits of the available items among neighbours, under one stamp. */
  private int readLogits(int firstSlot) {
    StampedLock lock = items.slots().lock(firstSlot);
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      int count = readLogitsUnderStamp(firstSlot);
      if (lock.validate(stamp)) {
        return count;
      }
    }
    stamp = lock.readLock();
    try {
      return readLogitsUnderStamp(firstSlot);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private int readLogitsUnderStamp(int firstSlot) {
    int count = items.slots().availableNeighbours(firstSlot, neighbours, addresses);
    kernel.logits(addresses, 0, count, neighbourLogits);
    return count;
  }

  private float least(int count) {
    float least = Float.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      least = Math.min(least, estimates[i]);
    }
    return least;
  }

  private void offer(int slot, FilterPlan filter, RankedSlots ranked) {
    if (filter.firstTime(slot)) {
      batch[batchSize++] = slot;
      if (batchSize == batch.length) {
        scoreBatch(ranked);
      }
    }
  }

  private void scoreBatch(RankedSlots ranked) {
    scorer.score(batch, 0, batchSize, scores);
    for (int i = 0; i < batchSize; i++) {
      if (scores[i] != SlotScorer.NONE) {
        ranked.offer(scores[i], batch[i]);
      }
    }
    batchSize = 0;
  }
}
