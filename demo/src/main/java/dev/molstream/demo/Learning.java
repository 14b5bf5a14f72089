package dev.molstream.demo;

import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.training.Split;
import dev.molstream.training.TrainedModel;
import dev.molstream.training.Trainer;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingProgress;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.evaluation.Evaluator;
import dev.molstream.training.evaluation.PopularityBaseline;
import dev.molstream.training.evaluation.RankingMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Trains bundles and says how good they are. One thread. */
public final class Learning {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final TrainingData data;
  private final Progress progress;
  private final InstantSource clock;

  private Learning(TrainingData data, Progress progress, InstantSource clock) {
    this.data = data;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * A bundle and what it is worth.
   *
   * @param ranking of every user's last item in the whole catalogue
   * @param popularity the same ranking by popularity
   * @param trained how long training took, zero when it was not trained here
   */
  public record Result(
      ModelManifest manifest,
      RankingMetrics ranking,
      RankingMetrics popularity,
      Duration trained) {}

  /** Learning from the data. */
  public static Learning from(TrainingData data, Progress progress, InstantSource clock) {
    return new Learning(data, progress, clock);
  }

  /**
   * Trains, measures, and writes the bundle with its metrics.
   *
   * @param dataset goes into the model's id
   */
  public Result train(TrainingSettings recipe, String dataset, Path bundle) {
    String modelId =
        "%s-%s-%s-%s"
            .formatted(
                dataset.replaceAll("[^a-zA-Z0-9._-]+", "-"),
                recipe.encoder().name().toLowerCase(Locale.ROOT),
                recipe.similarity().name().toLowerCase(Locale.ROOT),
                STAMP.format(clock.instant()));
    long started = System.nanoTime();
    try (TrainedModel model = train(recipe)) {
      Duration trained = Duration.ofNanos(System.nanoTime() - started);
      // Measured as served, that is from the bundle; then written again with what was measured.
      model.export(bundle, modelId, clock.instant(), Map.of());
      Result result = evaluate(ModelBundle.read(bundle), SearchAlgorithm.exact());
      model.export(bundle, modelId, clock.instant(), result.ranking().asMap());
      return new Result(
          ModelBundle.read(bundle).manifest(), result.ranking(), result.popularity(), trained);
    }
  }

  /** Ranks every user's last item with the bundle, through its towers and the engine. */
  public Result evaluate(ModelBundle bundle, SearchAlgorithm algorithm) {
    try (TemporaryDirectory work = TemporaryDirectory.create();
        Progress.Task task = progress.begin("evaluating", data.userCount());
        Evaluator evaluator = Evaluator.open(data, bundle, work.path().resolve("index"))) {
      Split split = Split.leaveOneOut(data);
      int threads = Runtime.getRuntime().availableProcessors();
      RankingMetrics ranking = evaluator.evaluate(split.test(), algorithm, threads);
      task.reached(ranking.users());
      RankingMetrics popularity = PopularityBaseline.evaluate(data, split);
      return new Result(bundle.manifest(), ranking, popularity, Duration.ZERO);
    }
  }

  private TrainedModel train(TrainingSettings recipe) {
    try (TrainingDisplay display = new TrainingDisplay(progress)) {
      return Trainer.train(data, recipe, display);
    }
  }

  /** Progress by time, since time may end training before the last step. */
  private static final class TrainingDisplay implements TrainingProgress, AutoCloseable {
    private final Progress.Task task;
    private final long started = System.nanoTime();
    private String hitRate = "";

    TrainingDisplay(Progress progress) {
      this.task = progress.begin("training", Progress.PERCENT);
    }

    @Override
    public void step(Step step) {
      double elapsed = System.nanoTime() - started;
      task.reached(Math.round(Progress.PERCENT * elapsed / (elapsed + step.remaining().toNanos())));
      task.say(String.format(Locale.ROOT, "loss %.3f%s", step.loss(), hitRate));
    }

    @Override
    public void epoch(Epoch epoch) {
      hitRate =
          String.format(
              Locale.ROOT,
              ", HR@10 %.3f after epoch %d of %d",
              epoch.hitRate(),
              epoch.epoch(),
              epoch.epochs());
    }

    @Override
    public void close() {
      task.close();
    }
  }
}
