package dev.molstream.training;

import dev.molstream.training.batch.LeaveOneOut;
import dev.molstream.training.batch.StepPlanner;
import dev.molstream.training.batch.TrainingStep;
import dev.molstream.training.network.NetworkShape;
import dev.molstream.training.network.RetrievalNetwork;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Learns a model: epochs of AdamW steps, validated after each, the best epoch kept. Equal data,
 * settings and seed give equal models, whatever the number of workers, as long as the time budget
 * suffices.
 */
public final class Trainer {
  private static final double RATE_OF_FIRST_MOMENT = 0.9;
  private static final double RATE_OF_SECOND_MOMENT = 0.98;

  /** Of the time budget, when it is short. */
  private static final double WARM_UP_SHARE = 0.65;

  private final TrainingData data;
  private final TrainingSettings settings;
  private final TrainingProgress progress;
  private final StepPlanner planner;
  private final Pace pace;
  private double best = -1;
  private Map<String, float[]> bestWeights = Map.of();

  private Trainer(TrainingData data, TrainingSettings settings, TrainingProgress progress) {
    this.data = data;
    this.settings = settings;
    this.progress = progress;
    this.planner = new StepPlanner(data, settings.batches());
    this.pace =
        new Pace(
            settings.timeBudget(),
            planner.steps() * settings.schedule().epochs(),
            settings.schedule().mixtureEpochs() == 0 ? 1 : WARM_UP_SHARE,
            System::nanoTime);
  }

  /**
   * Trains on the calling thread and the settings' workers.
   *
   * @throws IllegalArgumentException when no user has two events
   */
  public static TrainedModel train(
      TrainingData data, TrainingSettings settings, TrainingProgress progress) {
    return new Trainer(data, settings, progress).train();
  }

  private TrainedModel train() {
    if (planner.steps() == 0) {
      throw new IllegalArgumentException("nothing to learn from: no user has two events");
    }
    ItemInputs inputs = ItemInputs.of(data.items(), settings.features());
    SplittableRandom random = new SplittableRandom(settings.seed());
    RetrievalNetwork network =
        RetrievalNetwork.create(
            new NetworkShape(
                settings.mol(),
                settings.encoder(),
                settings.layers(),
                settings.queryHidden(),
                inputs.catalogue(),
                settings.features().hashBuckets(),
                settings.idDropout()),
            random.split());
    try (var workers = new GradientWorkers(settings.workers());
        var _ = new PointerScope()) {
      learn(network, inputs, workers, random);
    }
    network.parameters().restore(bestWeights);
    return new TrainedModel(data, settings, inputs, network, best);
  }

  private void learn(
      RetrievalNetwork network,
      ItemInputs inputs,
      GradientWorkers workers,
      SplittableRandom random) {
    Schedule schedule = settings.schedule();
    GradientStep gradients = new GradientStep(network, inputs, workers, schedule.balanceWeight());
    Validation validation = new Validation(data, settings, network, inputs, workers);
    AdamWOptions options = options(schedule);
    AdamW optimiser = new AdamW(parameters(network), options);
    for (int epoch = 0; epoch < schedule.epochs(); epoch++) {
      TrainingProgress.Phase phase =
          epoch < schedule.warmUpEpochs()
              ? TrainingProgress.Phase.WARM_UP
              : TrainingProgress.Phase.MIXTURE;
      if (pace.isOver(phase) && epoch > 0 && epoch != schedule.warmUpEpochs()) {
        continue;
      }
      double loss = epoch(phase, gradients, optimiser, random);
      double hitRate = validation.hitRate(LeaveOneOut.VALIDATION);
      boolean better = hitRate > best;
      if (better) {
        best = hitRate;
        bestWeights = network.parameters().snapshot();
      }
      progress.epoch(
          new TrainingProgress.Epoch(
              phase, epoch + 1, schedule.epochs(), loss, hitRate, better, pace.elapsed()));
    }
  }

  /** Runs the steps of an epoch while the phase has time, at least one; the mean loss. */
  private double epoch(
      TrainingProgress.Phase phase,
      GradientStep gradients,
      AdamW optimiser,
      SplittableRandom random) {
    Schedule schedule = settings.schedule();
    boolean warmUp = phase == TrainingProgress.Phase.WARM_UP;
    double loss = 0;
    long positions = 0;
    for (TrainingStep step :
        planner.epoch(
            random,
            warmUp ? schedule.warmUpNegatives() : schedule.mixtureNegatives(),
            warmUp ? 0 : schedule.mixturePositions())) {
      loss += step(step, phase, gradients, optimiser) * step.positions();
      positions += step.positions();
      if (pace.isOver(phase)) {
        break;
      }
    }
    return loss / positions;
  }

  private double step(
      TrainingStep step, TrainingProgress.Phase phase, GradientStep gradients, AdamW optimiser) {
    try (var _ = new PointerScope()) {
      double rate = settings.schedule().learningRate(pace.steps(), pace.progress());
      optimiser.param_groups().get(0).options().set_lr(rate);
      double loss = gradients.run(step, phase);
      optimiser.step();
      pace.stepDone();
      progress.step(
          new TrainingProgress.Step(
              phase, pace.steps(), pace.plannedSteps(), loss, pace.remaining()));
      return loss;
    }
  }

  private static AdamWOptions options(Schedule schedule) {
    AdamWOptions options = new AdamWOptions(schedule.learningRate());
    options.betas().put(0, RATE_OF_FIRST_MOMENT).put(1, RATE_OF_SECOND_MOMENT);
    options.weight_decay().put(schedule.weightDecay());
    return options;
  }

  private static TensorVector parameters(RetrievalNetwork network) {
    TensorVector parameters = new TensorVector();
    for (Tensor parameter : network.parameters().all()) {
      parameters.push_back(parameter);
    }
    return parameters;
  }
}
