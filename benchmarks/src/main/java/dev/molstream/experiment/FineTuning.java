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
import dev.molstream.training.LearnedWeights;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingSettings;
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
    Foretold are up to ten events of each user among the last 5 % of all, each from those before \
    it, by users the old model knew; intervals take them for independent. Training times are those \
    of the steps, without validation. What is recovered is a share of the gain of the new model \
    over the old one, by NDCG@10.\
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
    long[] times = times(data);
    long before = times[(int) (times.length * (1 - 2 * NEW_SHARE))];
    long until = times[(int) (times.length * (1 - NEW_SHARE))];
    Split old = Split.temporal(data, before);
    Split all = Split.temporal(data, until);
    if (all.test().users().findAny().isEmpty()) {
      throw new InvalidBenchmarkException(
          "nobody has events before and after the newest "
              + NEW_SHARE
              + " of all: valid is data with users who come again");
    }
    for (int repetition = 0; repetition < inputs.seeds(); repetition++) {
      TrainingSettings recipe = inputs.recipe().withSeed(inputs.seed() + repetition);
      Model base = train("old", recipe, old, null, inputs, all);
      Model anew = train("anew", recipe, all, null, inputs, all);
      Model tuned =
          train(
              "fine-tuned",
              recipe.forFineTuning().withoutRefit(),
              all.since(data, before - 1),
              LearnedWeights.of(base.bundle()),
              inputs,
              all);
      double gain = anew.worth() - base.worth();
      for (Model model : List.of(base, anew, tuned)) {
        out.accept(
            Models.describe(row().with("model", model.name()), model.ranking())
                .with("seed", recipe.seed())
                .with("trainSeconds", model.seconds())
                .with("timeShare", model.seconds() / anew.seconds())
                .with("recovered", gain > 0 ? (model.worth() - base.worth()) / gain : Double.NaN));
      }
    }
  }

  private record Model(String name, ModelBundle bundle, double seconds, RankingMetrics ranking) {
    double worth() {
      return ranking.mean(METRIC);
    }
  }

  private static Model train(
      String name,
      TrainingSettings recipe,
      Split split,
      @Nullable LearnedWeights start,
      ExperimentInputs inputs,
      Split judged) {
    Models models = new Models(inputs);
    try (TrainingClock clock = new TrainingClock(name, recipe, 0, inputs.progress())) {
      ModelBundle bundle = models.train(name + "-" + recipe.seed(), recipe, split, start, clock);
      List<Split.Targets> targets =
          IntStream.range(0, TARGETS_PER_USER)
              .mapToObj(later -> judged.test().later(inputs.data(), later))
              .toList();
      return new Model(name, bundle, clock.wallSeconds(), models.rank(bundle, judged, targets));
    }
  }

  private static long[] times(TrainingData data) {
    return IntStream.range(0, data.userCount())
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
        whole("foretold events", "users"),
        interval("HR@10", "hr@10", 4),
        interval("NDCG@10", "ndcg@10", 4),
        number("training s", "trainSeconds", 1),
        number("of the time", "timeShare", 3),
        number("of the gain", "recovered", 2));
  }

  @Override
  public Chart chart(List<Row> rows) {
    Map<String, List<Point>> points = new LinkedHashMap<>();
    rows.forEach(
        row ->
            points
                .computeIfAbsent(String.valueOf(row.text("model")), _ -> new ArrayList<>())
                .add(Point.of(row, "trainSeconds", "ndcg@10")));
    return new Chart(
        title(), new Axis("seconds of training", true), new Axis("NDCG@10", false), points);
  }
}
