package dev.molstream.training;

import dev.molstream.training.batch.StepPlanner;
import dev.molstream.training.batch.TrainingStep;
import dev.molstream.training.network.NetworkShape;
import dev.molstream.training.network.RetrievalNetwork;
import java.time.Duration;
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

  /** Of the time budget. */
  private static final double WARM_UP_SHARE = 0.4;

  private final TrainingData data;
  private final Split split;
  private final TrainingSettings settings;
  private final TrainingProgress progress;
  private final StepPlanner planner;
  private final long began = System.nanoTime();
  private Pace pace;
  private double best = -1;
  private Map<String, float[]> bestWeights = Map.of();

  private Trainer(
      TrainingData data, Split split, TrainingSettings settings, TrainingProgress progress) {
    this.data = data;
    this.split = split;
    this.settings = settings;
    this.progress = progress;
    this.planner = new StepPlanner(data, split, settings.batches());
    this.pace = pace(TrainingProgress.Phase.WARM_UP);
  }

  /** Trains with the last two events of each user held out: {@link Split#leaveOneOut}. */
  public static TrainedModel train(
      TrainingData data, TrainingSettings settings, TrainingProgress progress) {
    return train(data, Split.leaveOneOut(data), settings, progress);
  }

  /**
   * Trains on the calling thread and the settings' workers.
   *
   * @throws IllegalArgumentException when no user has two events
   */
  public static TrainedModel train(
      TrainingData data, Split split, TrainingSettings settings, TrainingProgress progress) {
    return new Trainer(data, split, settings, progress).train();
  }

  private TrainedModel train() {
    if (planner.steps() == 0) {
      throw new IllegalArgumentException("nothing to learn from: no user has two events");
    }
    NetworkInputs inputs = NetworkInputs.of(data, settings.features(), settings.users());
    SplittableRandom random = new SplittableRandom(settings.seed());
    RetrievalNetwork network =
        RetrievalNetwork.create(
            new NetworkShape(
                settings.mol(),
                settings.encoder(),
                settings.layers(),
                settings.queryHidden(),
                settings.queryUnit(),
                settings.users().rows(),
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
      NetworkInputs inputs,
      GradientWorkers workers,
      SplittableRandom random) {
    Schedule schedule = settings.schedule();
    GradientStep gradients = new GradientStep(network, inputs, workers, schedule.balanceWeight());
    Validation validation = new Validation(data, split, settings, network, inputs, workers);
    AdamWOptions options = options(schedule);
    AdamW optimiser = new AdamW(parameters(network), options);
    for (TrainingProgress.Phase phase : TrainingProgress.Phase.values()) {
      int before = phase == TrainingProgress.Phase.WARM_UP ? 0 : schedule.warmUpEpochs();
      pace = pace(phase);
      if (schedule.epochs(phase) > 0) {
        // What the gates add is for this phase to show: its best epoch counts, not the warm-up's.
        best = -1;
      }
      for (int epoch = 0;
          epoch < schedule.epochs(phase) && !(epoch > 0 && pace.isOver());
          epoch++) {
        double loss = epoch(phase, gradients, optimiser, random);
        double hitRate = validation.hitRate(phase);
        boolean better = hitRate > best;
        if (better) {
          best = hitRate;
          bestWeights = network.parameters().snapshot();
        }
        progress.epoch(
            new TrainingProgress.Epoch(
                phase, before + epoch + 1, schedule.epochs(), loss, hitRate, better, elapsed()));
      }
    }
  }

  private Pace pace(TrainingProgress.Phase phase) {
    Schedule schedule = settings.schedule();
    return new Pace(
        phase == TrainingProgress.Phase.WARM_UP ? warmUpBudget() : left(),
        planner.steps() * schedule.epochs(phase),
        System::nanoTime);
  }

  private Duration warmUpBudget() {
    Duration budget = settings.timeBudget();
    return settings.schedule().mixtureEpochs() == 0
        ? budget
        : Duration.ofNanos((long) (WARM_UP_SHARE * budget.toNanos()));
  }

  /** Of the time budget, never negative. */
  private Duration left() {
    Duration left = settings.timeBudget().minus(elapsed());
    return left.isNegative() ? Duration.ZERO : left;
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /**
   * To the end of training: of the mixture only its whole budget is known while it has not begun.
   */
  private Duration remaining(TrainingProgress.Phase phase) {
    return phase == TrainingProgress.Phase.WARM_UP
        ? pace.remaining().plus(settings.timeBudget().minus(warmUpBudget()))
        : pace.remaining();
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
      if (pace.isOver()) {
        break;
      }
    }
    return loss / positions;
  }

  private double step(
      TrainingStep step, TrainingProgress.Phase phase, GradientStep gradients, AdamW optimiser) {
    try (var _ = new PointerScope()) {
      double rate = settings.schedule().learningRate(phase, pace.steps(), pace.progress());
      optimiser.param_groups().get(0).options().set_lr(rate);
      double loss = gradients.run(step, phase);
      optimiser.step();
      pace.stepDone();
      progress.step(
          new TrainingProgress.Step(
              phase, pace.steps(), pace.plannedSteps(), loss, remaining(phase)));
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
