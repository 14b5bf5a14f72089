package dev.molstream.benchmark.measure;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the exact search finds for each query: how many items, and the score of the last of them. An
 * item counts as found when its score reaches that one, so that of items with equal scores any will
 * do.
 *
 * <p>Immutable; any thread.
 */
public final class GroundTruth {
  /** Scores closer than this are equal. */
  public static final float TIE = 1e-5f;

  private final float[] lastScores;
  private final int[] counts;

  private GroundTruth(float[] lastScores, int[] counts) {
    this.lastScores = lastScores;
    this.counts = counts;
  }

  /** Made from what is known: per query the score of the last item and how many there are. */
  public static GroundTruth of(float[] lastScores, int[] counts) {
    return new GroundTruth(lastScores.clone(), counts.clone());
  }

  /** Searches exactly, with as many threads as the machine has processors. */
  public static GroundTruth search(
      ItemIndex index,
      List<MolQuery> queries,
      int k,
      SearchFilter filter,
      BenchmarkProgress progress) {
    float[] lastScores = new float[queries.size()];
    int[] counts = new int[queries.size()];
    AtomicInteger next = new AtomicInteger();
    AtomicLong done = new AtomicLong();
    try (BenchmarkProgress.Task task = progress.begin("exact search", queries.size())) {
      Threads.run(
          Math.min(queries.size(), Runtime.getRuntime().availableProcessors()),
          () -> {
            Searcher searcher = index.searcher();
            for (int i = next.getAndIncrement(); i < counts.length; i = next.getAndIncrement()) {
              TopK top = searcher.search(queries.get(i), k, filter, Contestants.EXACT.algorithm());
              counts[i] = top.size();
              lastScores[i] = top.size() == 0 ? 0 : top.score(top.size() - 1);
              task.reached(done.incrementAndGet());
            }
          });
    }
    return new GroundTruth(lastScores, counts);
  }

  /** How many items the exact search finds. */
  public int count(int query) {
    return counts[query];
  }

  /** The share of the exact answer's items that this answer has; 1 when there are none to find. */
  public double recall(int query, TopK answer) {
    int hits = 0;
    for (int rank = 0; rank < answer.size(); rank++) {
      if (isHit(query, answer.score(rank))) {
        hits++;
      }
    }
    return share(query, hits);
  }

  /** As {@link #recall(int, TopK)}, of the first {@code size} scores. */
  public double recall(int query, float[] scores, int size) {
    int hits = 0;
    for (int rank = 0; rank < size; rank++) {
      if (isHit(query, scores[rank])) {
        hits++;
      }
    }
    return share(query, hits);
  }

  private boolean isHit(int query, float score) {
    return score >= lastScores[query] - TIE;
  }

  private double share(int query, int hits) {
    return counts[query] == 0 ? 1 : Math.min(1, hits / (double) counts[query]);
  }
}
