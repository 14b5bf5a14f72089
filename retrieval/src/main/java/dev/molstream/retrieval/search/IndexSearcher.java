package dev.molstream.retrieval.search;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import dev.molstream.retrieval.kernel.CodeScanner;
import dev.molstream.retrieval.kernel.MolKernel;
import dev.molstream.retrieval.partition.Partition;
import dev.molstream.retrieval.partition.PartitionScan;
import dev.molstream.retrieval.slots.SlotMarks;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request through filter, candidate search, full scoring and, at the end, whatever changed
 * meanwhile.
 *
 * <p>The algorithms walk over tables that the writer changes. So at the end every slot that changed
 * since the start is taken out of the result and scored anew. Some spare places behind the K-th
 * make up for items that got worse; when even they are used up, the search starts again. A writer
 * that never rests is made to wait in the end.
 */
public final class IndexSearcher implements Searcher {
  /** Places behind the K-th. */
  private static final int SPARE = 8;

  /** How often a search starts while the writer goes on. */
  private static final int ATTEMPTS = 3;

  /** How often an answer is brought up to date while the writer goes on. */
  private static final int PASSES = 8;

  /** Added to a proven bound for the rounding of float sums, and a share of the largest logit. */
  private static final float ROUNDING = 1e-3f;

  private static final float ROUNDING_SHARE = 1e-5f;

  private final SearchableItems items;
  private final MolKernel kernel;
  private final CodeScanner scanner;
  private final SlotScorer scorer;
  private final FilterPlan filterPlan;
  private final RankedSlots ranked;
  private final Answer answer;
  private final PaperSearch paper;
  private final AdaptiveSearch adaptive;
  private @Nullable PartitionScan scan;

  private final int[] slots = new int[SlotScorer.BATCH];
  private final float[] scores = new float[SlotScorer.BATCH];
  private final int[] one = new int[1];

  /** Slots that were looked at anew. */
  private final SlotMarks settled = new SlotMarks();

  /** What no score of an item that was not good enough exceeds. */
  private float missing;

  private float rounding;

  private long togetherSince;

  /** Whether one of the best was taken out. */
  private boolean lost;

  /** A searcher of the index; the kernel and the scanner are its own. */
  public IndexSearcher(SearchableItems items, MolKernel kernel, CodeScanner scanner) {
    this.items = items;
    this.kernel = kernel;
    this.scanner = scanner;
    this.scorer = new SlotScorer(items.slots(), kernel);
    this.filterPlan = new FilterPlan(items);
    this.ranked = new RankedSlots(items.slots(), items.layout());
    this.answer = new Answer(items.slots(), items.layout());
    this.paper = new PaperSearch(items, scorer, kernel, scanner);
    this.adaptive = new AdaptiveSearch(scorer);
  }

  @Override
  public TopK search(MolQuery query, int k, SearchFilter filter, SearchAlgorithm algorithm) {
    if (k < 1) {
      throw new IllegalArgumentException("k " + k + " is not at least 1");
    }
    items.settings().shape().requireFits(query);
    items.noteQuery(query);
    long stamp = items.enter();
    try {
      return searchOpen(query, k, filter, algorithm);
    } finally {
      items.leave(stamp);
    }
  }

  private TopK searchOpen(MolQuery query, int k, SearchFilter filter, SearchAlgorithm algorithm) {
    prepare(query);
    int scanned = 0;
    for (int attempt = 0; ; attempt++) {
      boolean alone = attempt == ATTEMPTS;
      if (alone) {
        items.holdWriter();
      }
      try {
        long position = start(k, filter);
        float unseen = run(query, k, algorithm);
        scanned += scan == null ? 0 : scan.scanned();
        if (settle(position, k, filter)) {
          answer.describe(gapBound(unseen, k), scorer.scored(), scanned);
          return answer;
        }
      } finally {
        if (alone) {
          items.releaseWriter();
        }
      }
    }
  }

  private void prepare(MolQuery query) {
    kernel.prepare(query);
    rounding = ROUNDING_SHARE * largest(query);
    scorer.start();
  }

  /** Where in the change log the search starts. */
  private long start(int k, SearchFilter filter) {
    long position = items.changes().complete();
    filterPlan.start(filter);
    ranked.start((int) Math.min(Integer.MAX_VALUE - 8, (long) k + SPARE));
    return position;
  }

  /** One of several exact searches that score the same records one after the other. */
  void startTogether(MolQuery query, int k, SearchFilter filter) {
    items.noteQuery(query);
    prepare(query);
    togetherSince = start(k, filter);
  }

  /** Scores the neighbours that begin at a slot. */
  void scoreTogether(int firstSlot) {
    scoreNeighbours(firstSlot, false);
  }

  /** The answer; searches anew when too much changed meanwhile. */
  TopK endTogether(MolQuery query, int k, SearchFilter filter) {
    if (!settle(togetherSince, k, filter)) {
      return searchOpen(query, k, filter, SearchAlgorithm.exact());
    }
    answer.describe(0, scorer.scored(), 0);
    return answer;
  }

  /** Fills {@link #ranked}; what no item that was not looked at exceeds, -∞ when there is none. */
  private float run(MolQuery query, int k, SearchAlgorithm algorithm) {
    if (scan != null) {
      scan.forget();
    }
    if (filterPlan.onlyListed()) {
      scoreListed();
      return Float.NEGATIVE_INFINITY;
    }
    return switch (algorithm) {
      case SearchAlgorithm.Exact _ -> scoreAll(false);
      case SearchAlgorithm.BoundedExact _ -> {
        PartitionScan walk = scan();
        if (walk != null) {
          adaptive.search(
              query, atMostAll(k), SearchAlgorithm.Adaptive.DEFAULT, walk, filterPlan, ranked);
        }
        yield scoreAll(true);
      }
      case SearchAlgorithm.TwoPass _ -> {
        paper.perEmbedding(atMostAll((long) k + SPARE), filterPlan, ranked);
        yield scoreAll(true);
      }
      case SearchAlgorithm.PerEmbedding(int perComponent) -> perEmbedding(perComponent, k);
      case SearchAlgorithm.Averaged(int count) -> {
        boolean all = averaged(query, k, count);
        yield all ? Float.NEGATIVE_INFINITY : largest(query);
      }
      case SearchAlgorithm.Combined(int perComponent, int count) -> {
        boolean all = averaged(query, k, count);
        yield all
            ? Float.NEGATIVE_INFINITY
            : paper.perEmbedding(atMostAll(perComponent), filterPlan, ranked);
      }
      case SearchAlgorithm.Adaptive settings -> {
        PartitionScan walk = scan();
        if (walk == null) {
          yield scoreAll(true);
        }
        adaptive.search(query, atMostAll(k), settings, walk, filterPlan, ranked);
        // While there is room, it leaves nothing out.
        yield ranked.floor() == Float.NEGATIVE_INFINITY ? Float.NEGATIVE_INFINITY : largest(query);
      }
    };
  }

  /** When that finds fewer than K, of which more may pass, everything is looked at. */
  private float perEmbedding(int perComponent, int k) {
    float leftOut = paper.perEmbedding(atMostAll(perComponent), filterPlan, ranked);
    return ranked.size() < k && leftOut > Float.NEGATIVE_INFINITY ? scoreAll(true) : leftOut;
  }

  /** True when it found all that pass. */
  private boolean averaged(MolQuery query, int k, int count) {
    int wanted = atMostAll(Math.max((long) k + SPARE, count));
    return paper.averaged(query, wanted, filterPlan, ranked);
  }

  private int atMostAll(long count) {
    return (int) Math.min(count, Math.max(1, items.slots().limit()));
  }

  /** Scores everything that passes and was not met; with the bound, only what can still matter. */
  private float scoreAll(boolean bounded) {
    int limit = items.slots().limit();
    for (int first = 0; first < limit; first += SlotScorer.BATCH) {
      scoreNeighbours(first, bounded);
    }
    return Float.NEGATIVE_INFINITY;
  }

  private void scoreNeighbours(int first, boolean bounded) {
    float floor = bounded ? ranked.floor() - rounding : Float.NEGATIVE_INFINITY;
    int count = scorer.scoreNeighbours(first, floor, slots, scores);
    for (int i = 0; i < count; i++) {
      if (scores[i] >= ranked.floor()
          && scores[i] != SlotScorer.NONE
          && filterPlan.passes(slots[i])
          && !(bounded && filterPlan.met(slots[i]))) {
        ranked.offer(scores[i], slots[i]);
      }
    }
  }

  private void scoreListed() {
    SlotMarks listed = filterPlan.listed();
    int count = 0;
    for (int i = 0; i < listed.size(); i++) {
      if (filterPlan.passes(listed.slot(i))) {
        slots[count++] = listed.slot(i);
      }
      if (count == slots.length || i == listed.size() - 1) {
        scorer.score(slots, 0, count, scores);
        for (int j = 0; j < count; j++) {
          if (scores[j] != SlotScorer.NONE) {
            ranked.offer(scores[j], slots[j]);
          }
        }
        count = 0;
      }
    }
  }

  /**
   * Brings the result up to date with what changed since the position, and copies it to the answer.
   * False when too many of the best got worse to know who is next.
   */
  private boolean settle(long position, int k, SearchFilter filter) {
    settled.start(items.slots().limit());
    missing = ranked.floor();
    lost = false;
    long from = position;
    for (int pass = 0; ; pass++) {
      boolean alone = pass == PASSES;
      if (alone) {
        items.holdWriter();
      }
      try {
        if (!items.changes().remembers(from)) {
          return false;
        }
        long to = items.changes().begun();
        items.changes().awaitComplete(to);
        for (long change = from; change < to; change++) {
          settle(items.changes().slot(change), filter);
        }
        ranked.sort();
        // Again: the writer may have gone round the log while it was read.
        if (!items.changes().remembers(from) || !bestAreKnown(k)) {
          return false;
        }
        answer.copy(ranked, k);
        if (alone || !concernsAnswer(to)) {
          return true;
        }
        ranked.unsort();
        from = to;
      } finally {
        if (alone) {
          items.releaseWriter();
        }
      }
    }
  }

  private void settle(int slot, SearchFilter filter) {
    settled.add(slot);
    lost |= ranked.remove(slot);
    if (filterPlan.passesNow(slot, filter)) {
      one[0] = slot;
      scorer.score(one, 0, 1, scores);
      if (scores[0] != SlotScorer.NONE) {
        missing = Math.max(missing, ranked.floor());
        ranked.offer(scores[0], slot);
      }
    }
  }

  /** Whether the first K, sorted, are better than all that was not good enough before. */
  private boolean bestAreKnown(int k) {
    return !lost
        || missing == Float.NEGATIVE_INFINITY
        || (ranked.size() >= k && ranked.score(k - 1) > missing);
  }

  /**
   * Whether one of the changes since the position may have been seen half: it touches what is in
   * the answer or what was looked at for it at the end. Others count as made afterwards.
   */
  private boolean concernsAnswer(long position) {
    if (!items.changes().remembers(position)) {
      return true;
    }
    long to = items.changes().begun();
    for (long change = position; change < to; change++) {
      int slot = items.changes().slot(change);
      if (settled.contains(slot) || ranked.contains(slot)) {
        return true;
      }
    }
    return !items.changes().remembers(position);
  }

  private float gapBound(float unseen, int k) {
    if (unseen == Float.NEGATIVE_INFINITY) {
      return 0;
    }
    if (answer.size() < k) {
      return Float.POSITIVE_INFINITY;
    }
    return Math.max(0, unseen + ROUNDING + rounding - answer.score(k - 1));
  }

  /** What no score of this query exceeds: the longest query component over τ, items' being unit. */
  private float largest(MolQuery query) {
    MolShape shape = items.settings().shape();
    int d = shape.componentDimension();
    float most = 0;
    for (int n = 0; n < shape.queryComponents(); n++) {
      float squares = 0;
      for (int i = n * d; i < (n + 1) * d; i++) {
        squares += query.components()[i] * query.components()[i];
      }
      most = Math.max(most, squares);
    }
    return (float) Math.sqrt(most) * items.longestComponent() / shape.temperature();
  }

  private @Nullable PartitionScan scan() {
    Partition partition = items.partition();
    if (partition == null) {
      scan = null;
    } else if (scan == null || scan.partition() != partition) {
      GatingNetwork gating = items.settings().gating();
      scan = new PartitionScan(partition, items.settings().shape(), gating, scanner);
    }
    return scan;
  }
}
