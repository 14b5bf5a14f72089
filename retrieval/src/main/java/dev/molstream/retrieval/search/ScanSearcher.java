package dev.molstream.retrieval.search;

import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import dev.molstream.retrieval.mol.ItemTile;
import dev.molstream.retrieval.mol.MolKernel;
import dev.molstream.retrieval.scan.CategorySignature;
import dev.molstream.retrieval.scan.ItemEntry;
import dev.molstream.retrieval.scan.ScanBlock;
import dev.molstream.retrieval.scan.ScanIndex;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Searches by scanning blocks. What is read of a block is first collected into scratch and taken
 * over only when the writer did not get in between; a second attempt holds the block's lock, so a
 * busy writer cannot starve a search.
 *
 * <p>Filters cost next to nothing: availability and category signatures are tested as bits before a
 * block is scored, exclusions and the categories themselves only for the few items whose score
 * would enter the answer.
 */
public final class ScanSearcher implements Searcher {
  private final ScanIndex index;
  private final MolKernel kernel;
  private final RankedItems results = new RankedItems();
  private final RankedItems candidates = new RankedItems();

  private final float[] scores = new float[ItemTile.ITEMS];
  private final @Nullable ItemEntry[] found = new @Nullable ItemEntry[ItemTile.ITEMS];

  /** Candidates from anywhere, gathered to be scored together. */
  private final ItemTile gathered;

  private SearchFilter filter = SearchFilter.NONE;
  private long wantedSignature;
  private long insertionsAtStart;
  private int scored;

  /** A searcher of the index; the kernel is its own. */
  public ScanSearcher(ScanIndex index, MolKernel kernel) {
    this.index = index;
    this.kernel = kernel;
    this.gathered = ItemTile.allocate(index.shape(), Arena.ofAuto());
  }

  @Override
  public TopK search(MolQuery query, int k, SearchFilter filter, SearchAlgorithm algorithm) {
    if (k < 1) {
      throw new IllegalArgumentException("k " + k + " is not at least 1");
    }
    index.requireOpen();
    index.shape().requireFits(query);
    kernel.prepare(query);
    this.filter = filter;
    // Going over a set, even an empty one, makes an iterator.
    Set<String> wanted = filter.anyCategories();
    wantedSignature = wanted.isEmpty() ? 0 : CategorySignature.of(wanted);
    insertionsAtStart = index.insertions();
    scored = 0;
    return switch (algorithm) {
      case SearchAlgorithm.Exact _ -> exact(k);
      case SearchAlgorithm.Averaged(int count) -> averaged(k, Math.max(k, count));
    };
  }

  private TopK exact(int k) {
    results.start(k);
    for (ScanBlock block : index.blocks()) {
      scored += scan(block, false, results);
    }
    return results.sort(true, scored);
  }

  private TopK averaged(int k, int count) {
    candidates.start(count);
    for (ScanBlock block : index.blocks()) {
      scan(block, true, candidates);
    }
    results.start(k);
    int lane = 0;
    int gone = 0;
    for (int i = 0; i < candidates.size(); i++) {
      if (!gather(candidates.entry(i), lane)) {
        gone++;
      } else if (++lane == ItemTile.ITEMS) {
        scoreGathered(lane);
        lane = 0;
      }
    }
    scoreGathered(lane);
    if (gone > 0 && results.size() < k) {
      // Candidates changed under our hands; the scan meets whatever is there now.
      return exact(k);
    }
    return results.sort(gone == 0 && !candidates.turnedAway(), scored);
  }

  /** Offers the block's items to {@code target}; returns how many passed the block's own tests. */
  private int scan(ScanBlock block, boolean byAverage, RankedItems target) {
    StampedLock lock = block.lock();
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      int passing = collect(block, byAverage, target);
      if (lock.validate(stamp)) {
        return take(passing, target);
      }
    }
    int passing;
    stamp = lock.readLock();
    try {
      passing = collect(block, byAverage, target);
    } finally {
      lock.unlockRead(stamp);
    }
    return take(passing, target);
  }

  /** Reads the block into {@link #scores} and {@link #found}. */
  private int collect(ScanBlock block, boolean byAverage, RankedItems target) {
    int lanes = block.candidates(wantedSignature);
    if (lanes == 0) {
      return 0;
    }
    if (byAverage) {
      kernel.scoreAveraged(block.tile(), scores);
    } else {
      kernel.score(block.tile(), scores);
    }
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      int lane = Integer.numberOfTrailingZeros(rest);
      found[lane] = target.mayTake(scores[lane]) ? block.entry(lane) : null;
    }
    return lanes;
  }

  private int take(int lanes, RankedItems target) {
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      int lane = Integer.numberOfTrailingZeros(rest);
      ItemEntry entry = found[lane];
      if (entry == null) {
        target.turnAway();
      } else if (passes(entry) && !(target == results && twice(entry))) {
        target.offer(scores[lane], entry);
      }
    }
    return Integer.bitCount(lanes);
  }

  /** Copies a candidate as it is now; false when it is gone or passes no more. */
  private boolean gather(ItemEntry candidate, int lane) {
    ScanBlock block = index.block(candidate.slot());
    int sourceLane = candidate.slot() % ItemTile.ITEMS;
    StampedLock lock = block.lock();
    long stamp = lock.tryOptimisticRead();
    ItemEntry entry = block.entry(sourceLane);
    gathered.copyForScoring(lane, block.tile(), sourceLane);
    if (stamp == 0 || !lock.validate(stamp)) {
      stamp = lock.readLock();
      try {
        entry = block.entry(sourceLane);
        gathered.copyForScoring(lane, block.tile(), sourceLane);
      } finally {
        lock.unlockRead(stamp);
      }
    }
    found[lane] = entry;
    return entry != null
        && (entry == candidate
            || (entry.itemId().equals(candidate.itemId()) && entry.available() && passes(entry)));
  }

  private void scoreGathered(int count) {
    if (count == 0) {
      return;
    }
    kernel.score(gathered, scores);
    scored += count;
    for (int lane = 0; lane < count; lane++) {
      ItemEntry entry = found[lane];
      if (entry != null && !twice(entry)) {
        results.offer(scores[lane], entry);
      }
    }
  }

  private boolean passes(ItemEntry entry) {
    return !filter.excludedItems().contains(entry.itemId())
        && (wantedSignature == 0 || ofWantedCategory(entry.categories()));
  }

  private boolean ofWantedCategory(List<String> categories) {
    Set<String> wanted = filter.anyCategories();
    for (int i = 0; i < categories.size(); i++) {
      if (wanted.contains(categories.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the item was deleted and added again during this search and is in the answer. */
  private boolean twice(ItemEntry entry) {
    return index.insertions() != insertionsAtStart && results.contains(entry.itemId());
  }
}
