package dev.molstream.retrieval.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.TopK;
import dev.molstream.retrieval.mol.KernelKind;
import dev.molstream.retrieval.mol.ReferenceScorer;
import dev.molstream.retrieval.scan.ItemEntry;
import dev.molstream.retrieval.scan.ScanIndex;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A writer turns items from one version into another as fast as it can while readers search. The
 * title of an answer says which version it claims to be; its score must be that version's.
 */
class RaceTest {
  private static final int ITEMS = 70;
  private static final int VERSIONS = 4;
  private static final int SEARCHES = 1_000;

  private final MolShape shape = Examples.shape(4, 4, 32, 16);
  private final GatingNetwork gating = Examples.gating(shape, new SplittableRandom(1), 1);
  private final MolQuery query = Examples.query(shape, new SplittableRandom(2));
  private final MolItem[][] versions = new MolItem[ITEMS][VERSIONS];
  private final float[][] expected = new float[ITEMS][VERSIONS];

  RaceTest() {
    RandomGenerator random = new SplittableRandom(3);
    ReferenceScorer scorer = new ReferenceScorer(shape, gating);
    for (int i = 0; i < ITEMS; i++) {
      for (int v = 0; v < VERSIONS; v++) {
        MolItem item = Examples.item(shape, random, Integer.toString(i));
        versions[i][v] =
            new MolItem(
                item.itemId(),
                Integer.toString(v),
                List.of(),
                true,
                item.base(),
                item.components(),
                item.gate());
        expected[i][v] =
            scorer.score(query.components(), query.gate(), item.components(), item.gate());
      }
    }
  }

  @Test
  void readersSeeEachItemWholeWhileItChanges() throws Exception {
    race(false);
  }

  @Test
  void readersSeeEachItemWholeAndOnceWhileSlotsAreReused() throws Exception {
    race(true);
  }

  private void race(boolean deleting) throws InterruptedException, ExecutionException {
    // given
    AtomicBoolean stop = new AtomicBoolean();
    try (ScanIndex index = new ScanIndex(shape);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      @Nullable ItemEntry[] entries = new @Nullable ItemEntry[ITEMS];
      for (int i = 0; i < ITEMS; i++) {
        entries[i] = index.put(null, versions[i][0]);
      }

      // when
      Future<?> writer = threads.submit(() -> write(index, entries, deleting, stop));
      Future<?> exact = threads.submit(() -> read(index, SearchAlgorithm.exact(), deleting));
      Future<?> averaged =
          threads.submit(() -> read(index, SearchAlgorithm.averaged(30), deleting));

      // then
      try {
        exact.get();
        averaged.get();
      } finally {
        stop.set(true);
      }
      writer.get();
    }
  }

  private void write(
      ScanIndex index, @Nullable ItemEntry[] entries, boolean deleting, AtomicBoolean stop) {
    RandomGenerator random = new SplittableRandom(4);
    while (!stop.get()) {
      int i = random.nextInt(ITEMS);
      ItemEntry entry = entries[i];
      if (deleting && entry != null && random.nextInt(3) == 0) {
        index.remove(entry);
        entries[i] = null;
      } else {
        entries[i] = index.put(entry, versions[i][random.nextInt(VERSIONS)]);
      }
    }
  }

  private void read(ScanIndex index, SearchAlgorithm algorithm, boolean deleting) {
    ScanSearcher searcher = new ScanSearcher(index, KernelKind.chosen().create(shape, gating));
    for (int search = 0; search < SEARCHES; search++) {
      int k = algorithm instanceof SearchAlgorithm.Exact ? ITEMS : 30;
      TopK top = searcher.search(query, k, SearchFilter.NONE, algorithm);
      Set<String> seen = new HashSet<>();
      for (int rank = 0; rank < top.size(); rank++) {
        int item = Integer.parseInt(top.itemId(rank));
        int version = Integer.parseInt(top.title(rank));
        assertThat(seen.add(top.itemId(rank))).as("item %d is there once", item).isTrue();
        assertThat(top.score(rank))
            .as("item %d version %d in search %d", item, version, search)
            .isCloseTo(expected[item][version], within(1e-3f));
      }
      if (!deleting) {
        assertThat(top.size()).isEqualTo(k);
      }
    }
  }
}
