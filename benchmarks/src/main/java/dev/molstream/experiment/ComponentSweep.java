package dev.molstream.experiment;

import static dev.molstream.benchmark.report.Column.interval;
import static dev.molstream.benchmark.report.Column.number;
import static dev.molstream.benchmark.report.Column.text;
import static dev.molstream.benchmark.report.Column.whole;
import static java.util.Objects.requireNonNull;

import dev.molstream.benchmark.Mixture;
import dev.molstream.benchmark.measure.Contestants;
import dev.molstream.benchmark.measure.Footprint;
import dev.molstream.benchmark.measure.GroundTruth;
import dev.molstream.benchmark.measure.RoundRobin;
import dev.molstream.benchmark.measure.Samples;
import dev.molstream.benchmark.report.Chart;
import dev.molstream.benchmark.report.Chart.Axis;
import dev.molstream.benchmark.report.Chart.Point;
import dev.molstream.benchmark.report.Column;
import dev.molstream.benchmark.report.Row;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.UserTable;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.training.TrainingSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What more components, and longer ones, give and cost. */
final class ComponentSweep implements Experiment {
  private static final List<Mixture> SHAPES =
      List.of(
          new Mixture(1, 1, 64, 128),
          new Mixture(2, 2, 32, 128),
          new Mixture(4, 2, 32, 128),
          new Mixture(4, 4, 32, 128),
          new Mixture(8, 4, 32, 128),
          new Mixture(8, 4, 64, 128),
          new Mixture(8, 8, 32, 128));
  private static final int QUERIES = 200;
  private static final int K = 100;

  @Override
  public String name() {
    return "components";
  }

  @Override
  public String title() {
    return "Number and length of components";
  }

  @Override
  public String question() {
    return """
    How good is the ranking with P_Q×P_X components of length d, and what do they cost? 1×1 is a \
    dot product, trained all the time as the mixtures' warm-up is. Training times are those of the \
    epochs after the warm-up, without validation; searches are exact, one thread; bytes per item \
    are those of the vectors that a search reads (components and gate, single precision) and of \
    what the index holds beside its records.\
    """;
  }

  @Override
  public Set<String> options() {
    return Set.of("--data", "--shapes", "--items", "--queries", "--k");
  }

  @Override
  public boolean trains() {
    return true;
  }

  @Override
  public void run(ExperimentInputs inputs, Consumer<Row> out) {
    Models models = new Models(inputs);
    for (Mixture mixture : inputs.shapes(SHAPES)) {
      TrainingSettings recipe = recipe(inputs.recipe(), mixture);
      int warmUpEpochs = inputs.recipe().schedule().warmUpEpochs();
      try (TrainingClock clock =
          new TrainingClock(mixture.toString(), recipe, warmUpEpochs, inputs.progress())) {
        ModelBundle bundle = models.train("shape-" + mixture, recipe, null, clock);
        Row row =
            row()
                .with("shape", mixture.toString())
                .with("similarity", recipe.similarity().name().toLowerCase(Locale.ROOT))
                .with("gateHidden", bundle.manifest().shape().gateHidden())
                .with("warmUpEpochs", warmUpEpochs)
                .with("timedEpochs", clock.epochs())
                .with("trainSeconds", clock.wallSeconds())
                .with("trainCpuSeconds", clock.cpuSeconds());
        out.accept(describeSearch(Models.describe(row, models.rank(bundle)), bundle, inputs));
      }
    }
  }

  private static TrainingSettings recipe(TrainingSettings recipe, Mixture mixture) {
    TrainingSettings sized =
        recipe.withMixture(
            mixture.queryComponents(),
            mixture.itemComponents(),
            mixture.componentDimension(),
            mixture.gateHidden());
    return sized.mol().logits() == 1 ? sized.withUsers(UserTable.NONE).asDotProduct() : sized;
  }

  /** The row with what the exact search of the catalogue costs. */
  private static Row describeSearch(Row row, ModelBundle bundle, ExperimentInputs inputs) {
    MolShape shape = bundle.manifest().shape();
    int items = inputs.items(inputs.data().itemCount());
    int k = Math.min(items, inputs.k(K));
    try (SearchedCatalogue catalogue =
            SearchedCatalogue.open(inputs, bundle, items, inputs.queries(QUERIES));
        ItemIndex index = catalogue.index()) {
      GroundTruth truth =
          GroundTruth.search(index, catalogue.queries(), k, SearchFilter.NONE, inputs.progress());
      Samples samples =
          requireNonNull(
              new RoundRobin(
                      index,
                      catalogue.queries(),
                      k,
                      SearchFilter.NONE,
                      truth,
                      inputs.effort().pace())
                  .measure(List.of(Contestants.EXACT))
                  .get(Contestants.EXACT));
      Row measured = row.with("items", items).with("k", k);
      return samples
          .describe(measured)
          .with("exactMicros", samples.millis(50) * 1e3)
          .with("vectorBytesPerItem", (shape.itemFloats() + shape.logits()) * Float.BYTES)
          .with("searchBytesPerItem", Footprint.bytesPerItem(index));
    }
  }

  @Override
  public List<Column> columns() {
    return List.of(
        text("P_Q×P_X×d", "shape"),
        text("similarity", "similarity"),
        interval("HR@10", "hr@10", 4),
        interval("NDCG@10", "ndcg@10", 4),
        whole("epochs", "timedEpochs"),
        number("training s", "trainSeconds", 1),
        number("training CPU s", "trainCpuSeconds", 1),
        whole("items", "items"),
        whole("exact search µs", "exactMicros"),
        number("cpu share", "cpuShare", 2),
        whole("vector bytes/item", "vectorBytesPerItem"),
        whole("index bytes/item beside them", "searchBytesPerItem"));
  }

  @Override
  public Chart chart(List<Row> rows) {
    Map<String, List<Point>> curves = new LinkedHashMap<>();
    rows.forEach(
        row ->
            curves.put(
                String.valueOf(row.text("shape")), List.of(Point.of(row, "exactMicros", "hr@10"))));
    return new Chart(
        "What components give and cost",
        new Axis("exact search, p50 microseconds", true),
        new Axis("HR@10", false),
        curves);
  }
}
