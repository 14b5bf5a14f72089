package dev.molstream.benchmark;

import dev.molstream.benchmark.catalogue.Categories;
import dev.molstream.benchmark.measure.Contestant;
import dev.molstream.benchmark.measure.Contestants;
import dev.molstream.benchmark.measure.Footprint;
import dev.molstream.benchmark.measure.GroundTruth;
import dev.molstream.benchmark.measure.Pace;
import dev.molstream.benchmark.measure.RoundRobin;
import dev.molstream.benchmark.measure.Samples;
import dev.molstream.benchmark.measure.Throughput;
import dev.molstream.benchmark.measure.Updates;
import dev.molstream.benchmark.report.Row;
import dev.molstream.retrieval.BatchSearcher;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.TopK;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Measures the engine's own searches and hands on a row each. One thread drives. */
final class EngineRows {
  private static final int MOST_FILTERED_QUERIES = 32;
  private static final int TOGETHER = 4;
  private static final int MOST_QUERIES_WHILE_GROWING = 32;

  private final BenchmarkSettings settings;
  private final IndexedCatalogue indexed;
  private final List<MolQuery> queries;
  private final BenchmarkProgress progress;
  private final Consumer<Row> out;
  private final Pace pace;
  private boolean grown;

  EngineRows(
      BenchmarkSettings settings,
      IndexedCatalogue indexed,
      List<MolQuery> queries,
      BenchmarkProgress progress,
      Consumer<Row> out) {
    this.settings = settings;
    this.indexed = indexed;
    this.queries = queries;
    this.progress = progress;
    this.out = out;
    this.pace = settings.effort().pace();
  }

  /** A quick look at a catalogue that is still growing. */
  void growth() {
    List<MolQuery> some = first(MOST_QUERIES_WHILE_GROWING);
    GroundTruth truth = truth(some, SearchFilter.NONE);
    RoundRobin searches =
        new RoundRobin(index(), some, settings.k(), SearchFilter.NONE, truth, growthPace());
    List<Contestant> shown = List.of(Contestants.EXACT, Contestants.DEFAULT);
    if (!grown) {
      searches.measure(shown); // the first searches of the process are compiled meanwhile
      grown = true;
    }
    searches
        .measure(shown)
        .forEach((contestant, samples) -> out.accept(timed("growth", contestant, samples)));
  }

  /**
   * All contestants on the whole catalogue, by turns, then on several threads.
   *
   * @return what the exact search took per item, in microseconds
   */
  double contestants() {
    GroundTruth truth = truth(queries, SearchFilter.NONE);
    Map<Contestant, Samples> measured;
    int count = Contestants.ALL.size();
    try (BenchmarkProgress.Task task = progress.begin("searching by turns", count)) {
      measured =
          new RoundRobin(index(), queries, settings.k(), SearchFilter.NONE, truth, pace)
              .measure(Contestants.ALL);
      task.reached(count);
    }
    Samples exact = measured.get(Contestants.EXACT);
    double exactMillis = exact == null ? Double.NaN : exact.millis(50);
    measured.forEach(
        (contestant, samples) ->
            out.accept(
                timed("retrieval", contestant, samples)
                    .with("speedupOverExact", exactMillis / samples.millis(50))
                    .with("allocatedBytesPerQuery", Math.round(samples.allocatedBytes()))));
    together(truth, exactMillis);
    if (settings.threads() > 1) {
      measured.forEach(
          (contestant, samples) -> throughput(contestant, truth, exactMillis, samples.recall()));
    }
    return exactMillis * 1e3 / index().size();
  }

  /** The exact search of several queries in one pass; times are per query. */
  private void together(GroundTruth truth, double exactMillis) {
    int batch = Math.min(TOGETHER, queries.size());
    BatchSearcher searcher = index().batchSearcher(batch);
    Samples samples = new Samples();
    long end = System.nanoTime() + pace.measuring().toNanos();
    for (int first = 0;
        samples.count() < (long) batch * pace.leastSamples() / 2 || System.nanoTime() < end;
        first = (first + batch) % (queries.size() - batch + 1)) {
      long started = System.nanoTime();
      List<TopK> found =
          searcher.search(queries.subList(first, first + batch), settings.k(), SearchFilter.NONE);
      long each = (System.nanoTime() - started) / batch;
      for (int i = 0; i < batch; i++) {
        samples.addNanos(each);
        samples.addResult(truth.recall(first + i, found.get(i)), found.get(i).scored(), 0);
      }
    }
    out.accept(
        timed("retrieval", Contestants.EXACT, samples)
            .with("setting", batch + " queries in one pass")
            .with("batch", batch)
            .with("speedupOverExact", exactMillis / samples.millis(50)));
  }

  /** The default contestant under filters of several shares. */
  void filters() {
    List<MolQuery> some = first(MOST_FILTERED_QUERIES);
    for (Categories.Category category : Categories.all()) {
      int passing = indexed.carrying(category.name());
      if (passing == 0) {
        progress.note(
            "filter %s: no item of %,d passes, not measured"
                .formatted(category.name(), index().size()));
        continue;
      }
      SearchFilter filter = new SearchFilter(Set.of(), Set.of(category.name()));
      GroundTruth truth = truth(some, filter);
      new RoundRobin(index(), some, settings.k(), filter, truth, pace)
          .measure(List.of(Contestants.DEFAULT))
          .forEach(
              (contestant, samples) ->
                  out.accept(
                      timed("filter", contestant, samples)
                          .with("filter", category.correlated() ? "correlated" : "independent")
                          .with("share", category.share())
                          .with("passing", passing)));
    }
  }

  /** The default contestant with and without a writer. */
  void updates() {
    List<MolQuery> some = first(MOST_FILTERED_QUERIES);
    RoundRobin searches =
        new RoundRobin(
            index(),
            some,
            settings.k(),
            SearchFilter.NONE,
            truth(some, SearchFilter.NONE),
            Updates.perTurn(pace));
    Updates.Result result =
        Updates.measure(
            index(),
            indexed.rewritten(),
            settings.updatesPerSecond(),
            searches,
            Contestants.DEFAULT);
    out.accept(
        timed("updates", Contestants.DEFAULT, result.busy())
            .with("updatesPerSecond", settings.updatesPerSecond())
            .with("writtenPerSecond", result.perSecond())
            .with("idleP50Millis", result.idle().millis(50))
            .with("idleP99Millis", result.idle().millis(99)));
  }

  /** The recall is that of all queries: the threads may not get through them in time. */
  private void throughput(
      Contestant contestant, GroundTruth truth, double exactMillis, double recall) {
    Throughput result =
        Throughput.measure(
            contestant,
            index(),
            queries,
            settings.k(),
            truth,
            settings.threads(),
            settings.effort().throughput());
    Samples samples = result.samples();
    out.accept(
        timed("retrieval", contestant, samples)
            .with("threads", settings.threads())
            .with("recall", recall)
            .with("queriesPerSecond", result.queriesPerSecond())
            .with("speedupOverExact", exactMillis / samples.millis(50)));
  }

  private Row timed(String kind, Contestant contestant, Samples samples) {
    Row row =
        Row.of(kind)
            .with("algorithm", contestant.name())
            .with("setting", contestant.setting())
            .with("items", index().size())
            .with("shape", index().settings().shape().toString())
            .with("k", settings.k())
            .with("threads", 1)
            .with("batch", 1);
    return samples
        .describe(row)
        .with("microsPerItem", samples.millis(50) * 1e3 / index().size())
        .with("candidates", samples.candidates())
        .with("bytesPerItem", Footprint.bytesPerItem(index()));
  }

  private GroundTruth truth(List<MolQuery> asked, SearchFilter filter) {
    return GroundTruth.search(index(), asked, settings.k(), filter, progress);
  }

  private List<MolQuery> first(int most) {
    return queries.subList(0, Math.min(most, queries.size()));
  }

  private Pace growthPace() {
    return new Pace(
        pace.warmUp(), pace.measuring().dividedBy(8), Math.max(3, pace.samples() / 8), 3);
  }

  private ItemIndex index() {
    return indexed.index();
  }
}
