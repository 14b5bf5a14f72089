package dev.molstream.cli;

import dev.molstream.benchmark.BenchmarkSettings;
import dev.molstream.benchmark.Effort;
import dev.molstream.benchmark.InvalidBenchmarkException;
import dev.molstream.benchmark.Mixture;
import dev.molstream.benchmark.RetrievalBenchmark;
import dev.molstream.benchmark.report.ReportPage;
import dev.molstream.benchmark.report.Row;
import dev.molstream.benchmark.report.Tables;
import dev.molstream.dataset.Dataset;
import dev.molstream.demo.TemporaryDirectory;
import dev.molstream.retrieval.VectorFormat;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code molstream bench retrieval}. */
@Command(
    name = "retrieval",
    description = {
      "Measures recall, latency and memory of every search algorithm on a catalogue of any size,",
      "with the machine's own limits and other libraries in the same run."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BenchRetrievalCommand implements Callable<Integer> {
  private static final int ITEMS = 100_000;
  private static final int QUICK_ITEMS = 20_000;
  private static final int QUERIES = 200;
  private static final int QUICK_QUERIES = 50;
  private static final int QUICK_PEERS_ITEMS = 10_000;

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private DataOption data;

  @Option(
      names = "--items",
      paramLabel = "N",
      description =
          "Items in the catalogue; those beyond the data set's are mixtures of its items"
              + " (default: 100000, with --quick 20000).")
  private @Nullable Integer items;

  @Option(
      names = "--shape",
      paramLabel = "PxPxd",
      converter = MixtureShape.Converter.class,
      description =
          "Query components x item components x their dimension, and x the cross gate's hidden"
              + " width if a fourth number is given (default: the bundle's, else 8x8x32).")
  private @Nullable MixtureShape shape;

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "Items a search asks for (default: ${DEFAULT-VALUE}).")
  private int k = 100;

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      description = "The model; without it, one is trained on the data for some minutes.")
  private @Nullable Path bundle;

  @Option(
      names = "--random",
      description = "Use a model with random weights instead of training one.")
  private boolean random;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "Also measure the throughput of so many searchers at once.")
  private int threads = 1;

  @Option(
      names = "--queries",
      paramLabel = "Q",
      description = "Users whose histories are searched for (default: 200, with --quick 50).")
  private @Nullable Integer queries;

  @Option(
      names = "--growth-only",
      description =
          "Only compare a tenth and a third of the catalogue with the whole: for catalogues so"
              + " large that measuring every algorithm takes hours.")
  private boolean growthOnly;

  @Option(
      names = "--filters",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Measure under filters (default), or not with --no-filters.")
  private boolean filters;

  @Option(
      names = "--updates",
      paramLabel = "R",
      description =
          "Also measure while R items per second change; 0 for not (default: ${DEFAULT-VALUE}).")
  private int updates = 5000;

  @Option(
      names = "--peers-items",
      paramLabel = "N",
      description =
          "Items in the catalogue of LibTorch, Lucene and JVector; 0 leaves them out"
              + " (default: all, with --quick 10000).")
  private @Nullable Integer peersItems;

  @Option(
      names = "--vectors",
      paramLabel = "FORMAT",
      description = "How the index holds vectors: float32 (default) or bfloat16, half the memory.")
  private VectorFormat format = VectorFormat.FLOAT32;

  @Option(
      names = "--quick",
      description = "End within three minutes: less training, fewer samples, a smaller catalogue.")
  private boolean quick;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything random (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Also write a page to FILE, which ends in .md, and its charts to a folder of that name"
              + " without .md.")
  private @Nullable Path report;

  @Override
  public Integer call() {
    if (report != null && !ReportPage.isValidPath(report)) {
      throw invalid("--report " + report + ", valid is a path that ends in .md");
    }
    BenchmarkSettings settings = settings();
    Dataset dataset = data.open();
    PrintWriter out = spec.commandLine().getOut();
    List<Row> rows = new ArrayList<>();
    try (TemporaryDirectory work = TemporaryDirectory.create()) {
      RetrievalBenchmark.run(
          settings,
          dataset.toTrainingData(),
          dataset.name(),
          work.path(),
          ProgressDisplay.benchmarkOnStderr(),
          row -> {
            rows.add(row);
            if (json.isOn) {
              out.println(row.toJson());
            }
          });
    } catch (InvalidBenchmarkException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    if (!json.isOn) {
      Tables.facts(rows).forEach(table -> out.println(table.toText()));
      Tables.of(rows).forEach(table -> out.println(table.toText()));
    }
    if (report != null) {
      ReportPage.of(commandLine(), rows).write(report);
    }
    return 0;
  }

  private BenchmarkSettings settings() {
    int size = items != null ? items : quick ? QUICK_ITEMS : ITEMS;
    int peers = peersItems != null ? peersItems : quick ? Math.min(QUICK_PEERS_ITEMS, size) : size;
    try {
      return new BenchmarkSettings(
          size,
          shape == null ? null : mixture(shape),
          k,
          bundle,
          random,
          threads,
          queries != null ? queries : quick ? QUICK_QUERIES : QUERIES,
          growthOnly,
          filters,
          updates,
          peers,
          format,
          quick ? Effort.QUICK : Effort.THOROUGH,
          seed);
    } catch (InvalidBenchmarkException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
  }

  private Mixture mixture(MixtureShape given) {
    try {
      return new Mixture(
          given.queryComponents(),
          given.itemComponents(),
          given.componentDimension(),
          given.gateHidden());
    } catch (IllegalArgumentException e) {
      throw invalid("--shape " + given + ": " + e.getMessage());
    }
  }

  private String commandLine() {
    return "./molstream "
        + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }

  private ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
