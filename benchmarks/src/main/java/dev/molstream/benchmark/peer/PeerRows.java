package dev.molstream.benchmark.peer;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.benchmark.catalogue.VectorFile;
import dev.molstream.benchmark.measure.GroundTruth;
import dev.molstream.benchmark.measure.Pace;
import dev.molstream.benchmark.measure.Samples;
import dev.molstream.benchmark.report.Row;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.bytedeco.javacpp.PointerScope;

/** Measures the peers and hands on a row each. One thread, the caller's. */
public final class PeerRows {
  /** They announce on stderr what they found; held here, since loggers are held weakly. */
  private static final List<Logger> TALKATIVE =
      List.of(Logger.getLogger("org.apache.lucene"), Logger.getLogger("io.github.jbellis"));

  private static final List<Integer> CANDIDATES = List.of(500, 1000, 2000, 4000);
  private static final List<Integer> CHUNKS = List.of(128, 512, 2048, 8192, 32_768);
  private static final int MOST_TORCH_ITEMS = 50_000;
  private static final int TORCH_ROUNDS = 7;
  private static final float TORCH_TOLERANCE = 1e-3f;
  private static final int MOST_QUERIES = 50;

  private final VectorFile vectors;
  private final GatingNetwork gating;
  private final List<MolQuery> queries;
  private final int k;
  private final Pace pace;
  private final BenchmarkProgress progress;
  private final Consumer<Row> out;

  /**
   * Peers on the given vectors.
   *
   * @param pace how long to search in each graph
   */
  public PeerRows(
      VectorFile vectors,
      GatingNetwork gating,
      List<MolQuery> queries,
      int k,
      Pace pace,
      BenchmarkProgress progress,
      Consumer<Row> out) {
    this.vectors = vectors;
    this.gating = gating;
    this.queries = queries.subList(0, Math.min(MOST_QUERIES, queries.size()));
    this.k = k;
    this.pace = pace;
    this.progress = progress;
    this.out = out;
    TALKATIVE.forEach(logger -> logger.setLevel(Level.WARNING));
  }

  /**
   * LibTorch scoring everything, at the chunk size that suits it best.
   *
   * @param engineMicrosPerItem what our exact search takes in the same run
   * @throws IllegalStateException when its scores are not ours
   */
  public void libTorch(double engineMicrosPerItem) {
    int items = Math.min(MOST_TORCH_ITEMS, vectors.items());
    double best = Double.MAX_VALUE;
    int bestChunk = 0;
    float difference = 0;
    try (BenchmarkProgress.Task task = progress.begin("LibTorch", CHUNKS.size())) {
      for (int chunk : CHUNKS) {
        try (var _ = new PointerScope()) {
          TorchScorer torch = new TorchScorer(vectors, gating, items, chunk);
          float[] scores = new float[items];
          double micros = medianMicros(torch, scores) / items;
          difference = Math.max(difference, difference(torch, scores));
          if (micros < best) {
            best = micros;
            bestChunk = chunk;
          }
        }
        task.reached(CHUNKS.indexOf(chunk) + 1);
      }
    }
    if (!(difference <= TORCH_TOLERANCE)) {
      throw new IllegalStateException("LibTorch's scores differ from ours by " + difference);
    }
    out.accept(
        baseline("libtorch", "chunks of " + bestChunk, items)
            .with("microsPerItem", best)
            .with("engineMicrosPerItem", engineMicrosPerItem)
            .with("largestDifference", (double) difference));
  }

  /**
   * The graphs of Lucene and JVector.
   *
   * @param folder for their files
   */
  public void graphs(Path folder) {
    GroundTruth truth = truth();
    for (PeerVectors kind : PeerVectors.values()) {
      if (LuceneGraph.takes(kind.dimension(vectors.shape()))) {
        Path place = folder.resolve("lucene-" + kind.label());
        graph(kind, truth, () -> LuceneGraph.build(vectors, kind, place, progress));
      } else {
        progress.note(
            "Lucene takes no vectors of %d numbers, %s left out"
                .formatted(kind.dimension(vectors.shape()), kind.label()));
      }
      graph(kind, truth, () -> JVectorGraph.build(vectors, kind, progress));
    }
  }

  private void graph(PeerVectors kind, GroundTruth truth, Supplier<CandidateGraph> builder) {
    long started = System.nanoTime();
    try (CandidateGraph graph = builder.get()) {
      double buildSeconds = (System.nanoTime() - started) / 1e9;
      GraphSearch search = new GraphSearch(graph, kind, vectors, gating, k);
      Map<Integer, Samples> samples = search.measure(CANDIDATES, queries, truth, pace);
      samples.forEach(
          (count, found) -> {
            Row row =
                baseline(graph.name(), graph.setting() + " N=" + count, vectors.items())
                    .with("vectors", kind.label())
                    .with("k", k);
            out.accept(
                found
                    .describe(row)
                    .with("candidates", found.candidates())
                    .with("buildSeconds", buildSeconds)
                    .with("bytes", graph.bytes())
                    .with("bytesPerItem", graph.bytes() / (double) vectors.items()));
          });
    }
  }

  /** Scores the peers' whole catalogue in full. */
  private GroundTruth truth() {
    CandidateScorer scorer = new KernelScorer(vectors, gating);
    int[] all = new int[vectors.items()];
    Arrays.setAll(all, i -> i);
    float[] scores = new float[all.length];
    float[] lastScores = new float[queries.size()];
    int[] counts = new int[queries.size()];
    try (BenchmarkProgress.Task task = progress.begin("exact search for peers", counts.length)) {
      for (int i = 0; i < counts.length; i++) {
        scorer.prepare(queries.get(i));
        scorer.score(all, all.length, scores);
        BestScores top = new BestScores(k);
        for (float score : scores) {
          top.offer(score);
        }
        lastScores[i] = top.last();
        counts[i] = top.size();
        task.reached(i + 1);
      }
    }
    return GroundTruth.of(lastScores, counts);
  }

  private double medianMicros(TorchScorer torch, float[] scores) {
    List<Double> micros = new ArrayList<>();
    for (int round = 0; round < TORCH_ROUNDS; round++) {
      long started = System.nanoTime();
      torch.score(queries.get(round % queries.size()), scores);
      micros.add((System.nanoTime() - started) / 1e3);
    }
    return micros.stream().sorted().skip(TORCH_ROUNDS / 2).findFirst().orElseThrow();
  }

  private float difference(TorchScorer torch, float[] scores) {
    MolQuery query = queries.getFirst();
    torch.score(query, scores);
    CandidateScorer ours = new KernelScorer(vectors, gating);
    int[] items = new int[scores.length];
    Arrays.setAll(items, i -> i);
    float[] expected = new float[scores.length];
    ours.prepare(query);
    ours.score(items, items.length, expected);
    float most = 0;
    for (int i = 0; i < scores.length; i++) {
      most = Math.max(most, Math.abs(scores[i] - expected[i])); // NaN when there is one
    }
    return most;
  }

  private Row baseline(String name, String setting, int items) {
    MolShape shape = vectors.shape();
    return Row.of("baseline")
        .with("name", name)
        .with("setting", setting)
        .with("items", items)
        .with("shape", shape.toString())
        .with("threads", 1);
  }
}
