package dev.molstream.benchmark;

import dev.molstream.benchmark.catalogue.BaseVectors;
import dev.molstream.benchmark.catalogue.Catalogue;
import dev.molstream.benchmark.catalogue.Queries;
import dev.molstream.benchmark.machine.Machine;
import dev.molstream.benchmark.machine.ScanRate;
import dev.molstream.benchmark.peer.PeerRows;
import dev.molstream.benchmark.report.Row;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.training.TrainingData;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * {@code molstream bench retrieval}: the machine's limits, then the engine on a catalogue of any
 * size, then peers on the same vectors. Everything happens in one run and in this process; results
 * are handed on as they come.
 *
 * <pre>{@code
 * RetrievalBenchmark.run(settings, data, "ml-1m", work, progress, row ->
 *     System.out.println(row.toJson()));
 * }</pre>
 */
public final class RetrievalBenchmark {
  private static final List<Integer> GROWTH = List.of(10, 3);
  private static final int LEAST_GROWN = 1000;

  private final BenchmarkSettings settings;
  private final BenchmarkProgress progress;
  private final Consumer<Row> out;

  private RetrievalBenchmark(
      BenchmarkSettings settings, BenchmarkProgress progress, Consumer<Row> out) {
    this.settings = settings;
    this.progress = progress;
    this.out = out;
  }

  /**
   * Runs all of it on the calling thread.
   *
   * @param data items and histories; the model is trained on it unless one is given
   * @param dataName what to call the data
   * @param workDirectory for models and indexes; empty; the caller deletes it
   * @param out receives each result as soon as it is known
   * @throws InvalidBenchmarkException when the bundle's shape is not the one asked for
   */
  public static void run(
      BenchmarkSettings settings,
      TrainingData data,
      String dataName,
      Path workDirectory,
      BenchmarkProgress progress,
      Consumer<Row> out) {
    new RetrievalBenchmark(settings, progress, out).run(data, dataName, workDirectory);
  }

  private void run(TrainingData data, String dataName, Path work) {
    ModelBundle bundle = BenchmarkModel.open(settings, data, work.resolve("model"), progress);
    progress.note("model: " + bundle.summary());
    out.accept(Machine.measure());
    try (Catalogue catalogue =
            Catalogue.of(bundle, data.items(), settings.items(), settings.seed());
        IndexedCatalogue indexed =
            IndexedCatalogue.open(
                bundle, catalogue, settings.format(), settings.peersItems(), work)) {
      announce(catalogue);
      Queries asked = Queries.of(bundle, data, catalogue, settings.queries());
      indexed.index().learnFrom(asked.before());
      List<MolQuery> queries = asked.measured();
      EngineRows engine = new EngineRows(settings, indexed, queries, progress, out);
      fill(indexed, engine);
      out.accept(describe(bundle, dataName, catalogue, indexed, asked));
      out.accept(ScanRate.measure());
      if (settings.growthOnly()) {
        return;
      }
      double exactMicrosPerItem = engine.contestants();
      if (settings.filters()) {
        engine.filters();
      }
      if (settings.updatesPerSecond() > 0) {
        engine.updates();
      }
      if (settings.peersItems() > 0) {
        PeerRows peers =
            new PeerRows(
                indexed.peerVectors(),
                bundle.gating(),
                queries,
                settings.k(),
                settings.effort().pace(),
                progress,
                out);
        peers.libTorch(exactMicrosPerItem);
        peers.graphs(work.resolve("peers"));
      }
    }
  }

  /** Fills the index, looking at it at a tenth and a third of its size. */
  private void fill(IndexedCatalogue indexed, EngineRows engine) {
    for (int divisor : GROWTH) {
      int part = settings.items() / divisor;
      if (part >= LEAST_GROWN && part >= settings.k()) {
        indexed.fillTo(part, progress);
        engine.growth();
      }
    }
    indexed.fillTo(settings.items(), progress);
    engine.growth();
  }

  private void announce(Catalogue catalogue) {
    BaseVectors bases = catalogue.bases();
    progress.note(
        "catalogue: %,d items, %,d of them real; mean distance to the nearest real item %.4f, noise %.4f (%s of it)"
            .formatted(
                catalogue.items(),
                catalogue.realItems(),
                bases.meanNeighbourDistance(),
                bases.meanNeighbourDistance() * BaseVectors.NOISE_SHARE,
                BaseVectors.NOISE_SHARE));
  }

  private Row describe(
      ModelBundle bundle,
      String dataName,
      Catalogue catalogue,
      IndexedCatalogue indexed,
      Queries asked) {
    BaseVectors bases = catalogue.bases();
    return Row.of("catalogue")
        .with("dataset", dataName)
        .with("modelId", bundle.manifest().modelId())
        .with("encoder", bundle.manifest().encoder())
        .with("shape", bundle.manifest().shape().toString())
        .with("gateHidden", bundle.manifest().shape().gateHidden())
        .with("vectors", settings.format().name().toLowerCase(Locale.ROOT))
        .with("items", catalogue.items())
        .with("realItems", catalogue.realItems())
        .with("queries", asked.measured().size())
        .with("queriesBefore", asked.before().size())
        .with("meanNeighbourDistance", bases.meanNeighbourDistance())
        .with("noiseShare", BaseVectors.NOISE_SHARE)
        .with("noiseDeviation", bases.noiseDeviation())
        .with("indexingSeconds", indexed.seconds());
  }
}
