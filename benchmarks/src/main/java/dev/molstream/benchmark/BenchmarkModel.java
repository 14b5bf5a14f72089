package dev.molstream.benchmark;

import dev.molstream.model.ItemContent;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.TrainedModel;
import dev.molstream.training.Trainer;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingProgress;
import dev.molstream.training.TrainingSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The model to measure with: given, or made for the occasion. */
final class BenchmarkModel {
  private static final Mixture USUAL_MIXTURE = new Mixture(8, 8, 32, 128);
  private static final String TRAINED_ID = "benchmark-trained";
  private static final String RANDOM_ID = "benchmark-random";

  private BenchmarkModel() {}

  /**
   * Reads, trains or makes it.
   *
   * @param folder for a model made here
   * @throws InvalidBenchmarkException when a given bundle has another mixture than asked for
   */
  static ModelBundle open(
      BenchmarkSettings settings, TrainingData data, Path folder, BenchmarkProgress progress) {
    if (settings.bundle() != null) {
      return given(settings, settings.bundle());
    }
    Mixture mixture = settings.mixture() == null ? USUAL_MIXTURE : settings.mixture();
    if (settings.randomWeights()) {
      RandomBundle.write(
          folder,
          RANDOM_ID,
          mixture.toShape(),
          data.items().stream().map(ItemContent::itemId).toList(),
          settings.seed());
    } else {
      train(settings, mixture, data, folder, progress);
    }
    return ModelBundle.read(folder);
  }

  private static ModelBundle given(BenchmarkSettings settings, Path folder) {
    ModelBundle bundle = ModelBundle.read(folder);
    MolShape shape = bundle.manifest().shape();
    if (settings.mixture() != null && !settings.mixture().fits(shape)) {
      throw new InvalidBenchmarkException(
          "--shape %s, valid is the bundle's, %s".formatted(settings.mixture(), shape));
    }
    return bundle;
  }

  private static void train(
      BenchmarkSettings settings,
      Mixture mixture,
      TrainingData data,
      Path folder,
      BenchmarkProgress progress) {
    TrainingSettings recipe =
        TrainingSettings.quick(data)
            .withSeed(settings.seed())
            .withMixture(
                mixture.queryComponents(),
                mixture.itemComponents(),
                mixture.componentDimension(),
                mixture.gateHidden());
    Duration training = settings.effort().training();
    if (training != null) {
      recipe = recipe.withTimeBudget(training);
    }
    try (BenchmarkProgress.Task task =
            progress.begin("training (seconds)", recipe.timeBudget().toSeconds());
        TrainedModel model = Trainer.train(data, recipe, new Elapsed(task))) {
      model.export(folder, TRAINED_ID, Instant.EPOCH, Map.of());
    }
  }

  /** Shows training's progress by time, since time may end it. */
  private static final class Elapsed implements TrainingProgress {
    private final BenchmarkProgress.Task task;
    private final long started = System.nanoTime();

    Elapsed(BenchmarkProgress.Task task) {
      this.task = task;
    }

    @Override
    public void step(Step step) {
      task.reached((System.nanoTime() - started) / 1_000_000_000);
    }

    @Override
    public void epoch(Epoch epoch) {}
  }
}
