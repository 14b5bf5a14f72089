package dev.molstream.benchmark.peer;

import dev.molstream.benchmark.catalogue.VectorFile;
import dev.molstream.benchmark.measure.GroundTruth;
import dev.molstream.benchmark.measure.Pace;
import dev.molstream.benchmark.measure.Samples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Top-K search with a peer's graph for the candidates and our scorer to rank them. One thread. */
final class GraphSearch {
  private final CandidateGraph graph;
  private final PeerVectors kind;
  private final VectorFile vectors;
  private final CandidateScorer scorer;
  private final float[] folded;
  private final float[] best;
  private final int k;
  private int[] items = {};
  private float[] scores = {};
  private int found;

  GraphSearch(
      CandidateGraph graph, PeerVectors kind, VectorFile vectors, GatingNetwork gating, int k) {
    this.graph = graph;
    this.kind = kind;
    this.vectors = vectors;
    this.scorer = new KernelScorer(vectors, gating);
    this.folded = new float[kind.dimension(vectors.shape())];
    this.best = new float[k];
    this.k = k;
  }

  /** Searches with all numbers of candidates by turns, after a warm-up. */
  Map<Integer, Samples> measure(
      List<Integer> counts, List<MolQuery> queries, GroundTruth truth, Pace pace) {
    long warm = System.nanoTime() + pace.warmUp().toNanos();
    for (int i = 0; System.nanoTime() < warm; i++) {
      search(queries.get(i % queries.size()), counts.get(i % counts.size()));
    }
    Map<Integer, Samples> all = new LinkedHashMap<>();
    counts.forEach(count -> all.put(count, new Samples()));
    long end = System.nanoTime() + pace.measuring().toNanos();
    for (int i = 0; i < queries.size() || (i < pace.samples() && System.nanoTime() < end); i++) {
      int number = i % queries.size();
      all.forEach((count, samples) -> search(queries, number, count, truth, samples));
    }
    return all;
  }

  private void search(
      List<MolQuery> queries, int number, int count, GroundTruth truth, Samples samples) {
    long started = System.nanoTime();
    int size = search(queries.get(number), count);
    samples.addNanos(System.nanoTime() - started);
    samples.addResult(truth.recall(number, best, size), found, 0);
  }

  /** Leaves the scores of the best items in {@link #best}; how many there are. */
  private int search(MolQuery query, int count) {
    int wanted = Math.min(Math.max(count, k), vectors.items());
    if (items.length < wanted) {
      items = new int[wanted];
      scores = new float[wanted];
    }
    kind.ofQuery(query, vectors.shape(), folded);
    found = graph.find(folded, wanted, items);
    scorer.prepare(query);
    scorer.score(items, found, scores);
    BestScores top = new BestScores(k);
    for (int i = 0; i < found; i++) {
      top.offer(scores[i]);
    }
    return top.drainTo(best);
  }
}
