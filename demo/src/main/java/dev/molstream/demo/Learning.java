package dev.molstream.demo;

import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
import dev.molstream.training.LearnedWeights;
import dev.molstream.training.Split;
import dev.molstream.training.TrainedModel;
import dev.molstream.training.Trainer;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingProgress;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.evaluation.ColdItems;
import dev.molstream.training.evaluation.Evaluation;
import dev.molstream.training.evaluation.EvaluationSettings;
import dev.molstream.training.evaluation.Evaluator;
import dev.molstream.training.evaluation.RankingMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trains bundles and says how good they are. One thread. */
public final class Learning {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final TrainingData data;
  private final Split split;
  private final Progress progress;
  private final InstantSource clock;

  private Learning(TrainingData data, Split split, Progress progress, InstantSource clock) {
    this.data = data;
    this.split = split;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * A bundle and what it is worth.
   *
   * @param settings what was measured
   * @param trained how long training took, zero when it was not trained here
   */
  public record Result(
      ModelManifest manifest,
      EvaluationSettings settings,
      Evaluation evaluation,
      Duration trained) {}

  /**
   * Where a training goes on.
   *
   * @param weights what was learned before
   * @param sinceMillis events newer than this are new, milliseconds since 1970
   */
  public record Start(LearnedWeights weights, long sinceMillis) {}

  /** Learning from the learnable part of the data. */
  public static Learning from(
      TrainingData data, Split split, Progress progress, InstantSource clock) {
    return new Learning(data, split, progress, clock);
  }

  /**
   * Trains, measures, and writes the bundle with its metrics.
   *
   * @param dataset goes into the model's id
   * @param hidden items to train without, as if they were not there yet
   */
  public Result train(TrainingSettings recipe, String dataset, Path bundle, ColdItems hidden) {
    return train(recipe, dataset, bundle, hidden, null, null);
  }

  /**
   * The same, restartable and from what was learned before.
   *
   * @param checkpoint where training stands after every epoch; goes on from it when it is there,
   *     and deletes it at the end; null for none
   * @param start where to start from; null for random weights
   */
  public Result train(
      TrainingSettings recipe,
      String dataset,
      Path bundle,
      ColdItems hidden,
      @Nullable Path checkpoint,
      @Nullable Start start) {
    String modelId =
        "%s-%s-%s-%s"
            .formatted(
                dataset.replaceAll("[^a-zA-Z0-9._-]+", "-"),
                recipe.encoder().name().toLowerCase(Locale.ROOT),
                recipe.similarity().name().toLowerCase(Locale.ROOT),
                STAMP.format(clock.instant()));
    long started = System.nanoTime();
    try (TrainedModel model = train(recipe, hidden, checkpoint, start)) {
      Duration trained = Duration.ofNanos(System.nanoTime() - started);
      // Measured as served, that is from the bundle; then written again with what was measured.
      model.export(bundle, modelId, clock.instant(), Map.of());
      Result result = evaluate(ModelBundle.read(bundle));
      model.export(bundle, modelId, clock.instant(), result.evaluation().all().model().asMap());
      if (checkpoint != null) {
        delete(checkpoint);
      }
      return new Result(
          ModelBundle.read(bundle).manifest(), result.settings(), result.evaluation(), trained);
    }
  }

  /** Measures the bundle with as many users and such a search that it takes minutes at most. */
  public Result evaluate(ModelBundle bundle) {
    return evaluate(bundle, EvaluationSettings.usual(data));
  }

  /** Measures the bundle: ranks what is held out, through its towers and the engine. */
  public Result evaluate(ModelBundle bundle, EvaluationSettings settings) {
    try (TemporaryDirectory work = TemporaryDirectory.create();
        Evaluator evaluator = evaluator(bundle, work);
        Progress.Task task = progress.begin("evaluating", settings.choose(split).users().count())) {
      Evaluation evaluation = Evaluation.of(evaluator, settings, task::reached);
      return new Result(bundle.manifest(), settings, evaluation, Duration.ZERO);
    }
  }

  /** Only ranks what is held out, to compare with another bundle's {@link #evaluate}. */
  public RankingMetrics rank(ModelBundle bundle, EvaluationSettings settings) {
    Split.Targets targets = settings.choose(split);
    try (TemporaryDirectory work = TemporaryDirectory.create();
        Evaluator evaluator = evaluator(bundle, work);
        Progress.Task task = progress.begin("ranking", targets.users().count())) {
      return evaluator.rank(targets, settings.algorithm(), task::reached);
    }
  }

  private Evaluator evaluator(ModelBundle bundle, TemporaryDirectory work) {
    int threads = Runtime.getRuntime().availableProcessors();
    return Evaluator.open(data, split, bundle, work.path().resolve("index"), threads);
  }

  private static void delete(Path checkpoint) {
    try {
      Files.deleteIfExists(checkpoint);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + checkpoint, e);
    }
  }

  private TrainedModel train(
      TrainingSettings recipe, ColdItems hidden, @Nullable Path checkpoint, @Nullable Start start) {
    try (TrainingDisplay display = new TrainingDisplay(progress)) {
      // Only what is learned from is narrowed: whoever evaluates sees the whole split.
      Split learned = start == null ? split : split.since(data, start.sinceMillis());
      Trainer trainer =
          hidden.count() == 0
              ? Trainer.on(data, learned, recipe)
              : Trainer.on(
                  data.without(hidden::contains), learned.without(data, hidden::contains), recipe);
      if (checkpoint != null) {
        trainer.keeping(checkpoint);
      }
      if (start != null) {
        trainer.from(start.weights());
      }
      return trainer.reportingTo(display).train();
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
