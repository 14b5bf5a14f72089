package dev.molstream.benchmark.measure;

import com.sun.management.ThreadMXBean;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Searches with all contestants by turns, one query after the other, so that whatever the machine
 * does meanwhile hits all alike; who begins changes with every query. A slow contestant takes part
 * in fewer rounds, spread over the whole run. One thread, the caller's.
 */
public final class RoundRobin {
  private static final int STEADY_BATCHES = 5;
  private static final double STEADY = 0.05;
  private static final long LEAST_BATCH_NANOS = 50_000_000;

  private final ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Searcher searcher;
  private final List<MolQuery> queries;
  private final int k;
  private final SearchFilter filter;
  private final GroundTruth truth;
  private final Pace pace;

  /** A run over the index; the truth is that of the same queries, k and filter. */
  public RoundRobin(
      ItemIndex index,
      List<MolQuery> queries,
      int k,
      SearchFilter filter,
      GroundTruth truth,
      Pace pace) {
    this.searcher = index.searcher();
    this.queries = queries;
    this.k = k;
    this.filter = filter;
    this.truth = truth;
    this.pace = pace;
  }

  /** Measures, in the order given. */
  public Map<Contestant, Samples> measure(List<Contestant> contestants) {
    int[] quotas = contestants.stream().mapToInt(c -> quota(c, warmUp(c))).toArray();
    int rounds = Arrays.stream(quotas).max().orElse(0);
    Map<Contestant, Samples> samples = new LinkedHashMap<>();
    contestants.forEach(contestant -> samples.put(contestant, new Samples()));
    int[] taken = new int[quotas.length];
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < quotas.length; turn++) {
        int c = (round + turn) % quotas.length;
        if ((round + 1L) * quotas[c] / rounds > taken[c]) {
          search(contestants.get(c), taken[c] % queries.size(), samples);
          taken[c]++;
        }
      }
    }
    return samples;
  }

  private void search(Contestant contestant, int query, Map<Contestant, Samples> all) {
    Samples samples = all.get(contestant);
    if (samples == null) {
      throw new IllegalArgumentException("no contestant " + contestant);
    }
    long cpu = memory.getCurrentThreadCpuTime();
    long before = memory.getCurrentThreadAllocatedBytes();
    long started = System.nanoTime();
    TopK top = searcher.search(queries.get(query), k, filter, contestant.algorithm());
    long elapsed = System.nanoTime() - started;
    long allocated = memory.getCurrentThreadAllocatedBytes() - before;
    samples.addNanos(elapsed);
    samples.addCpu(memory.getCurrentThreadCpuTime() - cpu, elapsed);
    samples.addResult(truth.recall(query, top), top.scored(), allocated);
  }

  /** Searches until it gets no faster; the nanoseconds of a search then. */
  private double warmUp(Contestant contestant) {
    long end = System.nanoTime() + pace.warmUp().toNanos();
    double best = Double.MAX_VALUE;
    int query = 0;
    int steady = 0;
    while (true) {
      long started = System.nanoTime();
      int searches = 0;
      do {
        MolQuery next = queries.get(query++ % queries.size());
        searcher.search(next, k, filter, contestant.algorithm());
        searches++;
      } while (System.nanoTime() - started < LEAST_BATCH_NANOS);
      double nanos = (System.nanoTime() - started) / (double) searches;
      steady = nanos > best * (1 - STEADY) ? steady + 1 : 0;
      best = Math.min(best, nanos);
      if (steady == STEADY_BATCHES || System.nanoTime() > end) {
        return best;
      }
    }
  }

  /** How many searches there is time for; all queries at least where recall is in question. */
  private int quota(Contestant contestant, double nanosPerSearch) {
    int least =
        contestant.equals(Contestants.EXACT)
            ? pace.leastSamples()
            : Math.max(pace.leastSamples(), queries.size());
    double affordable = pace.measuring().toNanos() / nanosPerSearch;
    return (int) Math.clamp(affordable, least, Math.max(least, pace.samples()));
  }
}
