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
import dev.molstream.experiment.RecoveredGain.Rankings;
import dev.molstream.model.ModelBundle;
import dev.molstream.training.LearnedWeights;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.evaluation.Bootstrap;
import dev.molstream.training.evaluation.Metric;
import dev.molstream.training.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What going on from a bundle with the newest events gives and costs, beside learning all anew. */
final class FineTuning implements Experiment {
  /** Of all events: what came since the bundle, and what comes after that. */
  private static final double NEW_SHARE = 0.05;

  /** Of fine-tuning, as shares of the recipe's peak rate; the first one is the default. */
  private static final List<Double> RATES = List.of(0.1, 0.3, 1.0);

  private static final int TARGET_USERS = 2000;

  /** Of each user's events after all that is learned, at most so many are foretold. */
  private static final int TARGETS_PER_USER = 10;

  private static final Metric METRIC = Metric.discountedGain(10);

  @Override
  public String name() {
    return "fine-tuning";
  }

  @Override
  public String title() {
    return "Learning from what came since";
  }

  @Override
  public String question() {
    return """
    A model has learned from the first 90 % of all events by time, and 5 % more have come: what is \
    it worth to go on from its weights with those (`train --resume`), and what to learn all anew? \
    Foretold are the first ten events of up to 2,000 users among the last 5 % of all, each from \
    those before it; of data sets that have test sessions, only the others count. Training times \
    are processor time of the steps, without validation. What is recovered is a share of the gain of the \
    new model over the old one, by NDCG@10, with the interval of a bootstrap over users; the last \
    lines are of all seeds together. Rates are peaks, as shares of the recipe's.\
    """;
  }

  @Override
  public Set<String> options() {
    return Set.of("--data", "--seeds");
  }

  @Override
  public boolean trains() {
    return true;
  }

  @Override
  public void run(ExperimentInputs inputs, Consumer<Row> out) {
    TrainingData data = inputs.data();
    long[] times = times(inputs);
    long before = times[(int) (times.length * (1 - 2 * NEW_SHARE))];
    long until = times[(int) (times.length * (1 - NEW_SHARE))];
    int validated = inputs.recipe().validationUsers();
    Split old = inputs.split().byTime(data, before, validated);
    Split all = inputs.split().byTime(data, until, validated);
    List<Split.Targets> targets = targets(data, all);
    if (all.learnableUntil(data) < before || targets.getFirst().users().findAny().isEmpty()) {
      throw new InvalidBenchmarkException(
          "the newest "
              + NEW_SHARE
              + " of all events have nothing to learn from or to foretell: valid is data whose"
              + " events are at different times");
    }
    Map<Double, List<Rankings>> rankings = new LinkedHashMap<>();
    Map<Double, Double> seconds = new LinkedHashMap<>();
    double secondsAnew = 0;
    for (int repetition = 0; repetition < inputs.seeds(); repetition++) {
      TrainingSettings recipe = inputs.recipe().withSeed(inputs.seed() + repetition);
      Model base = train("old", recipe, old, null, inputs, targets);
      Model anew = train("anew", recipe, all, null, inputs, targets);
      secondsAnew += anew.seconds();
      for (Model model : List.of(base, anew)) {
        out.accept(describe(model, recipe, base, anew));
      }
      for (double rate : RATES) {
        Model tuned =
            train(
                "fine-tuned-" + rate,
                recipe.forFineTuning(rate).withoutRefit(),
                all.since(data, before - 1),
                LearnedWeights.of(base.bundle()),
                inputs,
                targets);
        Rankings ranked = new Rankings(base.ranking(), anew.ranking(), tuned.ranking());
        rankings.computeIfAbsent(rate, _ -> new ArrayList<>()).add(ranked);
        seconds.merge(rate, tuned.seconds(), Double::sum);
        out.accept(
            withRecovered(
                describe(tuned, recipe, base, anew).with("rate", rate),
                RecoveredGain.of(METRIC, targets, List.of(ranked))));
      }
    }
    if (inputs.seeds() > 1) {
      for (Map.Entry<Double, List<Rankings>> seeds : rankings.entrySet()) {
        double rate = seeds.getKey();
        Row together =
            row()
                .with("model", "fine-tuned, all seeds")
                .with("rate", rate)
                .with("timeShare", seconds.getOrDefault(rate, 0.0) / secondsAnew);
        out.accept(withRecovered(together, RecoveredGain.of(METRIC, targets, seeds.getValue())));
      }
    }
  }

  private Row describe(Model model, TrainingSettings recipe, Model base, Model anew) {
    Row row = Models.describe(row().with("model", model.title()), model.ranking());
    row = model == base ? row : Models.describeDifference(row, model.ranking(), base.ranking());
    return row.with("seed", recipe.seed())
        .with("trainSeconds", model.seconds())
        .with("timeShare", model.seconds() / anew.seconds());
  }

  private static Row withRecovered(Row row, RecoveredGain gain) {
    Bootstrap.Interval interval = gain.interval();
    return row.with("recovered", gain.share())
        .with("recovered.low", interval.low())
        .with("recovered.high", interval.high());
  }

  private static List<Split.Targets> targets(TrainingData data, Split split) {
    Split.Targets first = split.test().limit(TARGET_USERS);
    return IntStream.range(0, TARGETS_PER_USER)
        .mapToObj(later -> first.later(data, later))
        .toList();
  }

  private record Model(String name, ModelBundle bundle, double seconds, RankingMetrics ranking) {
    /** The name without the rate. */
    String title() {
      return name.startsWith("fine-tuned") ? "fine-tuned" : name;
    }
  }

  private static Model train(
      String name,
      TrainingSettings recipe,
      Split split,
      @Nullable LearnedWeights start,
      ExperimentInputs inputs,
      List<Split.Targets> targets) {
    Models models = new Models(inputs);
    try (TrainingClock clock = new TrainingClock(name, recipe, 0, inputs.progress())) {
      ModelBundle bundle = models.train(name + "-" + recipe.seed(), recipe, split, start, clock);
      return new Model(name, bundle, clock.cpuSeconds(), models.rank(bundle, split, targets));
    }
  }

  /** Of all events of users that the data set's split learns from. */
  private static long[] times(ExperimentInputs inputs) {
    TrainingData data = inputs.data();
    return IntStream.range(0, data.userCount())
        .filter(user -> inputs.split().learnable(user) > 0)
        .boxed()
        .flatMapToLong(
            user ->
                IntStream.range(0, data.length(user))
                    .mapToLong(position -> data.timestampMillis(user, position)))
        .sorted()
        .toArray();
  }

  @Override
  public List<Column> columns() {
    return List.of(
        text("model", "model"),
        whole("seed", "seed"),
        number("rate", "rate", 1),
        whole("foretold events", "users"),
        interval("HR@10", "hr@10", 4),
        interval("NDCG@10", "ndcg@10", 4),
        interval("gain", "ndcg@10.gain", 4),
        number("training CPU s", "trainSeconds", 1),
        number("of the time", "timeShare", 3),
        interval("of the gain", "recovered", 2));
  }

  @Override
  public Chart chart(List<Row> rows) {
    Map<String, List<Point>> points = new LinkedHashMap<>();
    rows.stream()
        .filter(row -> !Double.isNaN(row.number("trainSeconds")))
        .forEach(
            row ->
                points
                    .computeIfAbsent(String.valueOf(row.text("model")), _ -> new ArrayList<>())
                    .add(Point.of(row, "trainSeconds", "ndcg@10")));
    return new Chart(
        title(), new Axis("CPU seconds of training", true), new Axis("NDCG@10", false), points);
  }
}
