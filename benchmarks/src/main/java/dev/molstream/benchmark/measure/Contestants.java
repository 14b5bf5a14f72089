package dev.molstream.benchmark.measure;

import dev.molstream.retrieval.SearchAlgorithm;
import java.util.List;

/** Every algorithm and setting that is measured: to add one, add a line to {@link #ALL}. */
public final class Contestants {
  /** Scores everything: what the others are held against. */
  public static final Contestant EXACT = new Contestant("exact", "", SearchAlgorithm.exact());

  /** What is measured under filters, under updates and as the catalogue grows. */
  public static final Contestant DEFAULT = adaptive(SearchAlgorithm.Adaptive.DEFAULT);

  /** All of them, in the order of the tables. */
  public static final List<Contestant> ALL =
      List.of(
          EXACT,
          new Contestant("exact with bound", "", new SearchAlgorithm.BoundedExact()),
          new Contestant("two-pass", "", new SearchAlgorithm.TwoPass()),
          perEmbedding(5),
          perEmbedding(10),
          perEmbedding(50),
          perEmbedding(100),
          averaged(200),
          averaged(500),
          averaged(1000),
          averaged(2000),
          averaged(4000),
          combined(5, 200),
          combined(50, 500),
          combined(100, 1000),
          adaptive(new SearchAlgorithm.Adaptive(2.5f, 1)),
          adaptive(new SearchAlgorithm.Adaptive(3, 2)),
          adaptive(new SearchAlgorithm.Adaptive(3.5f, 2)),
          adaptive(new SearchAlgorithm.Adaptive(3.5f, 3)),
          DEFAULT);

  private Contestants() {}

  private static Contestant perEmbedding(int count) {
    return new Contestant("per-embedding", "N_E=" + count, new SearchAlgorithm.PerEmbedding(count));
  }

  private static Contestant averaged(int candidates) {
    return new Contestant("averaged", "N=" + candidates, SearchAlgorithm.averaged(candidates));
  }

  private static Contestant combined(int perComponent, int candidates) {
    return new Contestant(
        "combined",
        "N_E=%d N=%d".formatted(perComponent, candidates),
        new SearchAlgorithm.Combined(perComponent, candidates));
  }

  private static Contestant adaptive(SearchAlgorithm.Adaptive settings) {
    return new Contestant(
        "adaptive",
        "spread=%s margin=%s".formatted(settings.spread(), settings.margin()),
        settings);
  }
}
