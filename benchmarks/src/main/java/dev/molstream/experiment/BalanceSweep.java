package dev.molstream.experiment;

import static dev.molstream.benchmark.report.Column.interval;
import static dev.molstream.benchmark.report.Column.number;
import static dev.molstream.benchmark.report.Column.text;
import static dev.molstream.benchmark.report.Column.whole;

import dev.molstream.benchmark.InvalidBenchmarkException;
import dev.molstream.benchmark.report.Chart;
import dev.molstream.benchmark.report.Chart.Axis;
import dev.molstream.benchmark.report.Chart.Point;
import dev.molstream.benchmark.report.Column;
import dev.molstream.benchmark.report.Row;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.training.LearnedWeights;
import dev.molstream.training.Schedule;
import dev.molstream.training.TrainedModel;
import dev.molstream.training.Trainer;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.evaluation.RankingMetrics;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the load-balancing loss L_MI does at several weights, the first of them 0. For each seed the
 * warm-up is trained once; from its weights, and with the same chance, the mixture is trained once
 * per weight.
 */
final class BalanceSweep implements Experiment {
  private static final int QUERIES = 1000;
  private static final int TOP = 10;

  private final String name;
  private final String title;
  private final String question;
  private final List<Double> weights;
  private final boolean chartsLogits;

  private BalanceSweep(
      String name, String title, String question, List<Double> weights, boolean chartsLogits) {
    this.name = name;
    this.title = title;
    this.question = question;
    this.weights = weights;
    this.chartsLogits = chartsLogits;
  }

  /** With and without the loss. */
  static BalanceSweep loadBalancing() {
    return new BalanceSweep(
        "load-balancing",
        "The load-balancing loss",
        """
        The paper adds L_MI = −H(mean π) + mean H(π) with weight α = 0.001, so that all logits are \
        used and each pair uses few, and finds it better. Both weights start from the same \
        warm-up and see the same batches. Entropies are in nats, at most log L, over pairs of a \
        user and the test item, and of a user and each of the ten best items; a logit is dead \
        when its mean gate is below a tenth of 1/L. Gains are over α = 0, with intervals by \
        bootstrap over users.\
        """,
        List.of(0.0, 1e-3),
        true);
  }

  /** Its weight over some decades. */
  static BalanceSweep alpha() {
    return new BalanceSweep(
        "alpha",
        "The weight of the load-balancing loss",
        """
        How sensitive is the mixture to the weight α of L_MI? As above, over four decades. In the \
        chart, flat lines are what α = 0 gives.\
        """,
        List.of(0.0, 1e-4, 1e-3, 1e-2, 1e-1),
        false);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public String question() {
    return question;
  }

  @Override
  public Set<String> options() {
    return Set.of("--data", "--seeds", "--queries");
  }

  @Override
  public boolean trains() {
    return true;
  }

  @Override
  public void run(ExperimentInputs inputs, Consumer<Row> out) {
    Schedule schedule = inputs.recipe().schedule();
    if (schedule.mixtureEpochs() < 1) {
      throw new InvalidBenchmarkException(
          "0 epochs of the mixture, which has the gates; valid is a number from 1");
    }
    Models models = new Models(inputs);
    for (int repetition = 0; repetition < inputs.seeds(); repetition++) {
      TrainingSettings recipe = inputs.recipe().withSeed(inputs.seed() + repetition);
      LearnedWeights warm = warmUp(recipe, inputs);
      @Nullable RankingMetrics without = null;
      for (double weight : weights) {
        ModelBundle bundle = mixture(recipe, weight, warm, models, inputs);
        RankingMetrics ranking = models.rank(bundle);
        Row row =
            row()
                .with("seed", recipe.seed())
                .with("alpha", weight)
                .with("shape", bundle.manifest().shape().toString())
                .with("warmUpEpochs", schedule.warmUpEpochs())
                .with("mixtureEpochs", schedule.mixtureEpochs());
        row = Models.describe(describeGates(row, bundle, inputs), ranking);
        out.accept(without == null ? row : Models.describeDifference(row, ranking, without));
        without = without == null ? ranking : without;
      }
    }
  }

  /** Null when there are no epochs of it. */
  private static @Nullable LearnedWeights warmUp(TrainingSettings recipe, ExperimentInputs inputs) {
    int epochs = recipe.schedule().warmUpEpochs();
    if (epochs == 0) {
      return null;
    }
    TrainingSettings onlyWarmUp =
        recipe.withEpochs(epochs, 0).withTimeBudget(recipe.warmUpBudget());
    try (TrainingClock clock = new TrainingClock("the warm-up", onlyWarmUp, 0, inputs.progress());
        TrainedModel model =
            Trainer.on(inputs.data(), inputs.split(), onlyWarmUp).reportingTo(clock).train()) {
      return model.weights();
    }
  }

  private static ModelBundle mixture(
      TrainingSettings recipe,
      double weight,
      @Nullable LearnedWeights warm,
      Models models,
      ExperimentInputs inputs) {
    Schedule schedule = recipe.schedule();
    TrainingSettings onlyMixture =
        recipe
            .withSchedule(schedule.afterWarmUp().withBalanceWeight(weight))
            .withTimeBudget(
                warm == null
                    ? recipe.timeBudget()
                    : recipe.timeBudget().minus(recipe.warmUpBudget()));
    String id = "seed-%d-alpha-%s".formatted(recipe.seed(), weight);
    try (TrainingClock clock = new TrainingClock(id, onlyMixture, 0, inputs.progress())) {
      return models.train(id, onlyMixture, warm, clock);
    }
  }

  /** The row with how the gates spread, over test items and over the ten best. */
  private static Row describeGates(Row row, ModelBundle bundle, ExperimentInputs inputs) {
    int logits = bundle.manifest().shape().logits();
    GateStatistics ofTargets = new GateStatistics(logits);
    GateStatistics ofTop = new GateStatistics(logits);
    try (SearchedCatalogue catalogue =
            SearchedCatalogue.open(
                inputs, bundle, inputs.data().itemCount(), inputs.queries(QUERIES));
        ItemIndex index = catalogue.index();
        GateReader reader = new GateReader(bundle, bundle.gating(), index)) {
      Searcher searcher = index.searcher();
      for (int i = 0; i < catalogue.queries().size(); i++) {
        MolQuery query = catalogue.queries().get(i);
        reader.read(query, List.of(catalogue.targets().get(i)), ofTargets);
        reader.read(
            query, searcher.search(query, TOP, SearchFilter.NONE, SearchAlgorithm.exact()), ofTop);
      }
    }
    Row described = row.with("logits", logits).with("mostEntropy", Math.log(logits));
    return describe(describe(described, "target", ofTargets), "top", ofTop);
  }

  private static Row describe(Row row, String prefix, GateStatistics gates) {
    return row.with(prefix + ".pairs", gates.pairs())
        .with(prefix + ".entropyOfMean", gates.entropyOfMean())
        .with(prefix + ".meanEntropy", gates.meanEntropy())
        .with(prefix + ".mutualInformation", gates.mutualInformation())
        .with(prefix + ".dead", gates.dead())
        .with(prefix + ".means", Arrays.stream(gates.sortedMean()).boxed().toList());
  }

  @Override
  public List<Column> columns() {
    return List.of(
        text("seed", "seed"),
        text("α", "alpha"),
        interval("HR@10", "hr@10", 4),
        interval("gain", "hr@10.gain", 4),
        interval("NDCG@10", "ndcg@10", 4),
        interval("gain", "ndcg@10.gain", 4),
        number("log L", "mostEntropy", 2),
        number("H(mean π), test items", "target.entropyOfMean", 3),
        number("mean H(π)", "target.meanEntropy", 3),
        whole("dead", "target.dead"),
        number("H(mean π), ten best", "top.entropyOfMean", 3),
        number("mean H(π)", "top.meanEntropy", 3),
        whole("dead", "top.dead"));
  }

  @Override
  public Chart chart(List<Row> rows) {
    return chartsLogits ? logitsChart(rows) : weightsChart(rows);
  }

  /** How much each logit is used, the most used first. */
  private static Chart logitsChart(List<Row> rows) {
    Map<String, List<Point>> curves = new LinkedHashMap<>();
    for (Row row : rows) {
      curves.put(
          "α %s, seed %s".formatted(row.text("alpha"), row.text("seed")),
          points(row.fields().get("target.means")));
    }
    return new Chart(
        "Mean gate of each logit on test items",
        new Axis("logits, most used first", false),
        new Axis("mean π", true),
        curves);
  }

  private static List<Point> points(@Nullable Object means) {
    return means instanceof List<?> list
        ? IntStream.range(0, list.size())
            .mapToObj(i -> new Point(i + 1, ((Number) list.get(i)).doubleValue()))
            .toList()
        : List.of();
  }

  /** Means over seeds. */
  private Chart weightsChart(List<Row> rows) {
    Map<String, List<Point>> curves = new LinkedHashMap<>();
    curves.put("H(mean π)", mean(rows, weights.subList(1, weights.size()), "target.entropyOfMean"));
    curves.put("H(mean π), α = 0", baseline(rows, "target.entropyOfMean"));
    curves.put("mean H(π)", mean(rows, weights.subList(1, weights.size()), "target.meanEntropy"));
    curves.put("mean H(π), α = 0", baseline(rows, "target.meanEntropy"));
    return new Chart(
        "Entropy of the gates on test items", new Axis("α", true), new Axis("nats", false), curves);
  }

  /** What the first weight, 0, gives, over all the others. */
  private List<Point> baseline(List<Row> rows, String field) {
    return mean(rows, weights.subList(0, 1), field).stream()
        .flatMap(point -> weights.stream().skip(1).map(weight -> new Point(weight, point.y())))
        .toList();
  }

  private static List<Point> mean(List<Row> rows, List<Double> shown, String field) {
    return shown.stream()
        .map(
            weight ->
                new Point(
                    weight,
                    rows.stream()
                        .filter(row -> row.number("alpha") == weight)
                        .mapToDouble(row -> row.number(field))
                        .average()
                        .orElse(Double.NaN)))
        .toList();
  }
}
