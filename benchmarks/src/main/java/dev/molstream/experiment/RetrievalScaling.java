package dev.molstream.experiment;

import static dev.molstream.benchmark.report.Column.number;
import static dev.molstream.benchmark.report.Column.text;
import static dev.molstream.benchmark.report.Column.whole;

import dev.molstream.benchmark.BenchmarkSettings;
import dev.molstream.benchmark.Mixture;
import dev.molstream.benchmark.RetrievalBenchmark;
import dev.molstream.benchmark.report.Chart;
import dev.molstream.benchmark.report.Chart.Axis;
import dev.molstream.benchmark.report.Chart.Point;
import dev.molstream.benchmark.report.Column;
import dev.molstream.benchmark.report.Row;
import dev.molstream.retrieval.VectorFormat;
import dev.molstream.training.TrainingSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Recall and latency of every search as components grow in number and length. */
final class RetrievalScaling implements Experiment {
  private static final List<Mixture> SHAPES =
      List.of(
          new Mixture(2, 2, 32, 128),
          new Mixture(4, 4, 32, 128),
          new Mixture(8, 4, 64, 128),
          new Mixture(8, 8, 32, 128));
  private static final int ITEMS = 100_000;
  private static final int QUERIES = 100;
  private static final int K = 100;

  /** One of the paper's and ours: of every shape, more would not be told apart. */
  private static final List<String> CHARTED = List.of("averaged", "adaptive");

  @Override
  public String name() {
    return "retrieval-scaling";
  }

  @Override
  public String title() {
    return "Search as components grow";
  }

  @Override
  public String question() {
    return """
    What recall does each search reach in what time, with P_Q×P_X components of length d? Per \
    shape a model and an index as `molstream bench retrieval` makes them, one thread; recall is \
    the share of the exact answer's items. The chart has the searches by averaged vectors and the \
    adaptive one.\
    """;
  }

  @Override
  public Set<String> options() {
    return Set.of("--data", "--shapes", "--items", "--queries", "--k", "--random");
  }

  @Override
  public boolean trains() {
    return true;
  }

  @Override
  public void run(ExperimentInputs inputs, Consumer<Row> out) {
    Models models = new Models(inputs);
    for (Mixture mixture : inputs.shapes(SHAPES)) {
      RetrievalBenchmark.run(
          settings(mixture, inputs.randomWeights() ? null : train(mixture, models, inputs), inputs),
          inputs.data(),
          name(),
          inputs.work().resolve("bench-" + mixture),
          inputs.progress(),
          found -> {
            if (found.kind().equals("retrieval") && found.number("batch") == 1) {
              out.accept(row().withAll(found));
            }
          });
    }
  }

  private static Path train(Mixture mixture, Models models, ExperimentInputs inputs) {
    TrainingSettings recipe =
        inputs
            .recipe()
            .withMixture(
                mixture.queryComponents(),
                mixture.itemComponents(),
                mixture.componentDimension(),
                mixture.gateHidden());
    try (TrainingClock clock =
        new TrainingClock(mixture.toString(), recipe, 0, inputs.progress())) {
      return models.train("shape-" + mixture, recipe, null, clock).directory();
    }
  }

  private static BenchmarkSettings settings(
      Mixture mixture, @Nullable Path bundle, ExperimentInputs inputs) {
    int items = inputs.items(ITEMS);
    return new BenchmarkSettings(
        items,
        mixture,
        Math.min(items, inputs.k(K)),
        bundle,
        bundle == null,
        1,
        inputs.queries(QUERIES),
        false,
        false,
        0,
        0,
        VectorFormat.FLOAT32,
        inputs.effort(),
        inputs.seed());
  }

  @Override
  public List<Column> columns() {
    return List.of(
        text("P_Q×P_X×d", "shape"),
        text("algorithm", "algorithm"),
        text("setting", "setting"),
        number("recall", "recall", 4),
        number("p50 ms", "p50Millis", 3),
        number("p99 ms", "p99Millis", 3),
        number("times exact", "speedupOverExact", 1),
        number("cpu share", "cpuShare", 2),
        whole("candidates", "candidates"),
        whole("bytes/item", "bytesPerItem"));
  }

  @Override
  public Chart chart(List<Row> rows) {
    Map<String, List<Point>> curves = new LinkedHashMap<>();
    for (String algorithm : CHARTED) {
      for (Row row : rows) {
        String shape = String.valueOf(row.text("shape"));
        curves.computeIfAbsent(shape + " " + algorithm, name -> points(rows, shape, algorithm));
      }
    }
    return new Chart(
        "Recall and latency, one thread",
        new Axis("p50 milliseconds", true),
        new Axis("recall", false),
        curves);
  }

  private static List<Point> points(List<Row> rows, String shape, String algorithm) {
    return rows.stream()
        .filter(row -> shape.equals(row.text("shape")) && algorithm.equals(row.text("algorithm")))
        .map(row -> Point.of(row, "p50Millis", "recall"))
        .toList();
  }
}
