package dev.molstream.benchmark.measure;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Searches of several threads at once.
 *
 * @param samples of all threads
 * @param queriesPerSecond of all threads together
 */
public record Throughput(Samples samples, double queriesPerSecond) {

  /** Searches for a while with so many threads, each with a searcher of its own. */
  public static Throughput measure(
      Contestant contestant,
      ItemIndex index,
      List<MolQuery> queries,
      int k,
      GroundTruth truth,
      int threads,
      Duration duration) {
    Samples all = new Samples();
    AtomicInteger nextThread = new AtomicInteger();
    long started = System.nanoTime();
    Threads.run(
        threads,
        () -> {
          Samples own = new Samples();
          Searcher searcher = index.searcher();
          int query = nextThread.getAndIncrement() * queries.size() / threads;
          do {
            int number = query++ % queries.size();
            long searchStarted = System.nanoTime();
            TopK top =
                searcher.search(queries.get(number), k, SearchFilter.NONE, contestant.algorithm());
            own.addNanos(System.nanoTime() - searchStarted);
            own.addResult(truth.recall(number, top), top.scored(), 0);
          } while (System.nanoTime() - started < duration.toNanos());
          synchronized (all) {
            all.add(own);
          }
        });
    return new Throughput(all, all.count() * 1e9 / (System.nanoTime() - started));
  }
}
