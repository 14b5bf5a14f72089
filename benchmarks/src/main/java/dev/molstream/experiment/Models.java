package dev.molstream.experiment;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.benchmark.report.Row;
import dev.molstream.model.ModelBundle;
import dev.molstream.training.LearnedWeights;
import dev.molstream.training.Split;
import dev.molstream.training.TrainedModel;
import dev.molstream.training.Trainer;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.evaluation.Bootstrap;
import dev.molstream.training.evaluation.EvaluationSettings;
import dev.molstream.training.evaluation.Evaluator;
import dev.molstream.training.evaluation.Metric;
import dev.molstream.training.evaluation.RankingMetrics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The models of an experiment: trained, written as bundles, and ranked as served. One thread. */
final class Models {
  /** HR@10 and NDCG@10. */
  static final List<Metric> METRICS = List.of(Metric.hitRate(10), Metric.discountedGain(10));

  private final ExperimentInputs inputs;

  Models(ExperimentInputs inputs) {
    this.inputs = inputs;
  }

  /** Trains by a recipe, from random weights or from those given, and writes the bundle. */
  ModelBundle train(
      String id, TrainingSettings recipe, @Nullable LearnedWeights start, TrainingClock clock) {
    return train(id, recipe, inputs.split(), start, clock);
  }

  /** The same from what a split lets learn. */
  ModelBundle train(
      String id,
      TrainingSettings recipe,
      Split split,
      @Nullable LearnedWeights start,
      TrainingClock clock) {
    Path folder = inputs.work().resolve(id);
    Trainer trainer = Trainer.on(inputs.data(), split, recipe).reportingTo(clock);
    if (start != null) {
      trainer.from(start);
    }
    try (TrainedModel model = trainer.train()) {
      model.export(folder, id, Instant.EPOCH, Map.of());
    }
    return ModelBundle.read(folder);
  }

  /** The bundle that was given, or one trained by the recipe. */
  ModelBundle givenOrTrained() {
    Path given = inputs.bundle();
    if (given != null) {
      return ModelBundle.read(given);
    }
    try (TrainingClock clock = new TrainingClock("", inputs.recipe(), 0, inputs.progress())) {
      return train("trained", inputs.recipe(), null, clock);
    }
  }

  /** Ranks the test targets through the bundle's towers and the engine. */
  RankingMetrics rank(ModelBundle bundle) {
    EvaluationSettings settings = EvaluationSettings.usual(inputs.data());
    return rank(bundle, inputs.split(), List.of(settings.choose(inputs.split())));
  }

  /** Ranks targets of a split, several per user if wanted. */
  RankingMetrics rank(ModelBundle bundle, Split split, List<Split.Targets> targets) {
    EvaluationSettings settings = EvaluationSettings.usual(inputs.data());
    int threads = Runtime.getRuntime().availableProcessors();
    Path folder = inputs.work().resolve("ranking-" + bundle.manifest().modelId());
    List<RankingMetrics> rankings = new ArrayList<>();
    try (Evaluator evaluator = Evaluator.open(inputs.data(), split, bundle, folder, threads)) {
      for (Split.Targets each : targets) {
        try (BenchmarkProgress.Task task =
            inputs.progress().begin("ranking", each.users().count())) {
          rankings.add(evaluator.rank(each, settings.algorithm(), task::reached));
        }
      }
    }
    return RankingMetrics.ofAll(rankings);
  }

  /** The row with the ranking's figures and their intervals. */
  static Row describe(Row row, RankingMetrics ranking) {
    Row described = row.with("users", ranking.users());
    for (Metric metric : METRICS) {
      described =
          withInterval(
              described, metric.name(), ranking.mean(metric), Bootstrap.interval(ranking, metric));
    }
    return described;
  }

  /** The row with how much better a ranking is than another of the same targets. */
  static Row describeDifference(Row row, RankingMetrics ranking, RankingMetrics other) {
    Row described = row;
    for (Metric metric : METRICS) {
      described =
          withInterval(
              described,
              metric.name() + ".gain",
              ranking.mean(metric) - other.mean(metric),
              Bootstrap.difference(ranking, other, metric));
    }
    return described;
  }

  private static Row withInterval(Row row, String name, double value, Bootstrap.Interval interval) {
    return row.with(name, value)
        .with(name + ".low", interval.low())
        .with(name + ".high", interval.high());
  }
}
