package dev.molstream.training;

import dev.molstream.model.ItemContent;
import dev.molstream.training.TrainingProgress.Phase;
import dev.molstream.training.batch.StepPlanner;
import dev.molstream.training.batch.TrainingStep;
import dev.molstream.training.network.RetrievalNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.jspecify.annotations.Nullable;

/**
 * Learns a model: epochs of AdamW steps, validated after each, the best epoch kept. Equal data,
 * settings and seed give equal models, whatever the number of workers and however often training
 * was interrupted and resumed, as long as the time budget suffices. One thread, beside the
 * settings' workers.
 *
 * {@snippet :
 * TrainedModel model = Trainer.on(data, Split.leaveOneOut(data), TrainingSettings.quick(data))
 *     .keeping(Path.of("checkpoint.pt"))
 *     .train();
 * }
 */
public final class Trainer {
  private static final double RATE_OF_FIRST_MOMENT = 0.9;
  private static final double RATE_OF_SECOND_MOMENT = 0.98;
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final TrainingData data;
  private final Split split;
  private final TrainingSettings settings;
  private final StepPlanner planner;
  private final StepPlanner refitPlanner;
  private TrainingProgress progress = TrainingProgress.SILENT;
  private @Nullable Path checkpoint;
  private @Nullable LearnedWeights start;
  private long began = System.nanoTime();
  private Pace pace;
  private double best = -1;
  private int sinceBest;
  private Map<String, float[]> bestWeights = Map.of();

  private Trainer(TrainingData data, Split split, TrainingSettings settings) {
    this.data = data;
    this.split = split;
    this.settings = settings;
    this.planner = new StepPlanner(data, split, settings.batches());
    this.refitPlanner = new StepPlanner(data, split.withValidationLearned(), settings.batches());
    this.pace = pace(Phase.WARM_UP, 0, 0);
  }

  /** A trainer that is yet to start. */
  public static Trainer on(TrainingData data, Split split, TrainingSettings settings) {
    return new Trainer(data, split, settings);
  }

  /** Tells someone how training goes. */
  public Trainer reportingTo(TrainingProgress listener) {
    this.progress = listener;
    return this;
  }

  /**
   * Writes a checkpoint after every epoch, and goes on from the one that is there already.
   *
   * @param file its folder is made when it is missing
   */
  public Trainer keeping(Path file) {
    this.checkpoint = file;
    return this;
  }

  /** Starts from what was learned before, instead of from random weights. */
  public Trainer from(LearnedWeights weights) {
    this.start = weights;
    return this;
  }

  /** Trains with the last two events of each user held out: {@link Split#leaveOneOut}. */
  public static TrainedModel train(
      TrainingData data, TrainingSettings settings, TrainingProgress progress) {
    return on(data, Split.leaveOneOut(data), settings).reportingTo(progress).train();
  }

  /**
   * Trains.
   *
   * @throws IllegalArgumentException when no user has two learnable events, or the checkpoint is of
   *     other data or another recipe
   */
  public TrainedModel train() {
    if (planner.steps() == 0) {
      throw new IllegalArgumentException("nothing to learn from: no user has two events");
    }
    began = System.nanoTime();
    List<String> itemIds = itemIds();
    NetworkInputs inputs = NetworkInputs.of(data, settings.features(), settings.users(), itemIds);
    RetrievalNetwork network =
        RetrievalNetwork.create(
            settings.networkShape(itemIds.size()), new SplittableRandom(settings.seed()));
    if (start != null) {
      start.putInto(network);
    }
    try (var workers = new GradientWorkers(settings.workers());
        var _ = new PointerScope()) {
      learn(network, inputs, workers);
    }
    network.parameters().restore(bestWeights);
    Split learned = settings.schedule().refitEpochs() > 0 ? split.withValidationLearned() : split;
    return new TrainedModel(
        settings, itemIds, learned.learnableUntil(data), data, inputs, network, best);
  }

  /** The rows of the id table: those of the weights to start from keep their places. */
  private List<String> itemIds() {
    List<String> ids = data.items().stream().map(ItemContent::itemId).toList();
    return start == null ? ids : start.itemIdsWith(ids);
  }

  private void learn(RetrievalNetwork network, NetworkInputs inputs, GradientWorkers workers) {
    Schedule schedule = settings.schedule();
    GradientStep gradients = new GradientStep(network, inputs, workers, schedule);
    Validation validation = new Validation(data, split, settings, network, inputs, workers);
    AdamW optimiser = new AdamW(network.parameters().vector(), options(schedule));
    @Nullable Checkpoint done = restore(network, optimiser);
    for (Phase phase : Phase.values()) {
      if (done != null && done.phase().compareTo(phase) > 0) {
        continue;
      }
      int finished = begin(phase, done, network);
      for (int epoch = finished; isToGoOn(phase, epoch); epoch++) {
        double loss = epoch(phase, epoch, gradients, optimiser);
        double hitRate = keepBest(phase, network, validation);
        save(phase, epoch + 1, network, optimiser);
        progress.epoch(
            new TrainingProgress.Epoch(
                phase,
                epochsBefore(phase) + epoch + 1,
                schedule.epochs(),
                loss,
                hitRate,
                sinceBest == 0,
                elapsed()));
      }
      done = null;
    }
  }

  /** Validates the epoch and returns its hit rate; of the refit, the last epoch is kept. */
  private double keepBest(Phase phase, RetrievalNetwork network, Validation validation) {
    double hitRate =
        phase == Phase.REFIT ? best : validation.hitRate(settings.schedule().learnsGates(phase));
    boolean better = phase == Phase.REFIT || hitRate > best;
    sinceBest = better ? 0 : sinceBest + 1;
    if (better) {
      best = hitRate;
      bestWeights = network.parameters().snapshot();
    }
    return hitRate;
  }

  private int epochsBefore(Phase phase) {
    int epochs = 0;
    for (Phase earlier : Phase.values()) {
      epochs += earlier.compareTo(phase) < 0 ? settings.schedule().epochs(earlier) : 0;
    }
    return epochs;
  }

  /** Starts a phase, or goes on with one that a checkpoint was made in; its finished epochs. */
  private int begin(Phase phase, @Nullable Checkpoint done, RetrievalNetwork network) {
    if (done != null && done.phase() == phase) {
      pace = pace(phase, done.steps(), done.phaseNanos());
      best = done.best();
      sinceBest = done.sinceBest();
      bestWeights = done.bestWeights();
      return done.epochs();
    }
    pace = pace(phase, 0, 0);
    if (settings.schedule().epochs(phase) > 0) {
      network.parameters().restore(bestWeights);
      sinceBest = 0;
      if (phase == Phase.MIXTURE) {
        // What the gates add is for this phase to show: its best epoch counts, not the warm-up's.
        best = -1;
      }
    }
    return 0;
  }

  /** A phase has its epochs while there is time and hope; one at least. */
  private boolean isToGoOn(Phase phase, int epoch) {
    Schedule schedule = settings.schedule();
    boolean patient = schedule.patience() == 0 || sinceBest < schedule.patience();
    return epoch < schedule.epochs(phase) && (epoch == 0 || (patient && !pace.isOver()));
  }

  private @Nullable Checkpoint restore(RetrievalNetwork network, AdamW optimiser) {
    if (checkpoint == null || !Files.exists(checkpoint)) {
      return null;
    }
    Checkpoint done = Checkpoint.restore(checkpoint, recipe(), network.parameters(), optimiser);
    began = System.nanoTime() - done.totalNanos();
    return done;
  }

  private void save(Phase phase, int epochs, RetrievalNetwork network, AdamW optimiser) {
    if (checkpoint != null) {
      new Checkpoint(
              phase,
              epochs,
              pace.steps(),
              best,
              sinceBest,
              pace.elapsed().toNanos(),
              elapsed().toNanos(),
              bestWeights)
          .save(checkpoint, recipe(), network.parameters(), optimiser);
    }
  }

  /** What the weights depend on. */
  private String recipe() {
    return "%d items, %d users, %d events, %s"
        .formatted(data.itemCount(), data.userCount(), data.eventCount(), settings.withWorkers(1));
  }

  private StepPlanner planner(Phase phase) {
    return phase == Phase.REFIT ? refitPlanner : planner;
  }

  private Pace pace(Phase phase, int steps, long elapsedNanos) {
    return new Pace(
        phase == Phase.WARM_UP ? settings.warmUpBudget() : left().plusNanos(elapsedNanos),
        planner(phase).steps() * settings.schedule().epochs(phase),
        System::nanoTime,
        steps,
        elapsedNanos);
  }

  /** Of the time budget, never negative. */
  private Duration left() {
    Duration left = settings.timeBudget().minus(elapsed());
    return left.isNegative() ? Duration.ZERO : left;
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** To the end of training, as if the steps of later phases took as long as those of this one. */
  private Duration remaining(Phase phase) {
    long later = 0;
    for (Phase next : Phase.values()) {
      if (next.compareTo(phase) > 0) {
        later += (long) planner(next).steps() * settings.schedule().epochs(next);
      }
    }
    long perStep = pace.elapsed().toNanos() / Math.max(1, pace.steps());
    Duration all = pace.remaining().plusNanos(later * perStep);
    return all.compareTo(left()) < 0 ? all : left();
  }

  /** Runs the steps of an epoch while the phase has time, at least one; the mean loss. */
  private double epoch(Phase phase, int number, GradientStep gradients, AdamW optimiser) {
    Schedule schedule = settings.schedule();
    boolean learnsGates = schedule.learnsGates(phase);
    double loss = 0;
    long positions = 0;
    for (TrainingStep step :
        planner(phase)
            .epoch(
                random(phase, number), schedule.warmUpNegatives(), schedule.mixturePositions())) {
      int learnedAt = learnsGates ? step.mixedPositions() : step.positions();
      loss += step(step, phase, gradients, optimiser) * learnedAt;
      positions += learnedAt;
      if (pace.isOver()) {
        break;
      }
    }
    return loss / positions;
  }

  /** Chance within an epoch: of the seed and the epoch, not of what was before. */
  private SplittableRandom random(Phase phase, int epoch) {
    long number = ((long) phase.ordinal() << 32) + epoch + 1;
    return new SplittableRandom(settings.seed() + GOLDEN_GAMMA * number);
  }

  private double step(TrainingStep step, Phase phase, GradientStep gradients, AdamW optimiser) {
    try (var _ = new PointerScope()) {
      double rate = settings.schedule().learningRate(phase, pace.steps(), pace.progress());
      optimiser.param_groups().get(0).options().set_lr(rate);
      double loss = gradients.run(step, settings.schedule().learnsGates(phase));
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
}
