package dev.molstream.training;

import dev.molstream.training.TrainingProgress.Phase;
import java.util.function.Consumer;

/**
 * How the weights are learned. First comes a warm-up in which all logits weigh the same, which
 * costs a dot product and converges fast; then the gates learn too, from where the warm-up left
 * off; at last the model that was chosen learns from the events it was chosen by, too.
 *
 * @param warmUpEpochs epochs of the warm-up, at least 0
 * @param mixtureEpochs epochs with gates, at least 0; none for a dot product
 * @param refitEpochs epochs in which the validation events are learned, at least 0
 * @param warmUpNegatives negatives that a step's positions share, for the mean of the logits; the
 *     catalogue's size or more means every item
 * @param mixtureNegatives each position's own negatives for the mixture, drawn from the shared ones
 * @param mixturePositions positions per user and epoch that the mixture learns from; 0 means all
 * @param negativesStandForAll whether each negative counts as catalogue/R items, so that the
 *     sampled softmax estimates the whole one; otherwise, as in the paper, it counts as itself
 * @param learningRate AdamW's peak rate; it rises over the first steps of a phase and falls in one
 *     line over warm-up and mixture to a twentieth; the refit begins with a twentieth
 * @param weightDecay AdamW's decay
 * @param balanceWeight α, weight of the mutual-information loss
 * @param warmUpWeight weight of the warm-up's loss beside that of the mixture, from 0: the mean of
 *     the logits stays good, which steadies the gates' learning and serves the search, which finds
 *     candidates by it (the co-trained first stage of arXiv 2306.04039)
 * @param patience a phase ends after so many epochs without a better validation; 0 for never
 */
public record Schedule(
    int warmUpEpochs,
    int mixtureEpochs,
    int refitEpochs,
    int warmUpNegatives,
    int mixtureNegatives,
    int mixturePositions,
    boolean negativesStandForAll,
    double learningRate,
    double weightDecay,
    double balanceWeight,
    double warmUpWeight,
    int patience) {
  private static final int RISING_STEPS = 50;
  private static final double LAST_RATE = 0.05;
  private static final double REFIT_RATE = 0.05;

  public Schedule {
    if (warmUpEpochs < 0 || mixtureEpochs < 0 || warmUpEpochs + mixtureEpochs < 1) {
      throw new IllegalArgumentException(
          "epochs " + warmUpEpochs + " + " + mixtureEpochs + " are not at least 1 together");
    }
    if (refitEpochs < 0) {
      throw new IllegalArgumentException("refit epochs " + refitEpochs + " are not at least 0");
    }
    if (warmUpNegatives < 1 || mixtureNegatives < 1) {
      throw new IllegalArgumentException(
          "negatives " + warmUpNegatives + " and " + mixtureNegatives + " are not at least 1");
    }
    if (!(warmUpWeight >= 0) || !(balanceWeight >= 0)) {
      throw new IllegalArgumentException(
          "weights " + balanceWeight + " and " + warmUpWeight + " are not at least 0");
    }
    if (patience < 0) {
      throw new IllegalArgumentException("patience " + patience + " is not at least 0");
    }
    if (!(learningRate > 0)) {
      throw new IllegalArgumentException("learning rate " + learningRate + " is not above 0");
    }
  }

  /** Epochs of a phase. */
  int epochs(Phase phase) {
    return switch (phase) {
      case WARM_UP -> warmUpEpochs;
      case MIXTURE -> mixtureEpochs;
      case REFIT -> refitEpochs;
    };
  }

  /** All epochs. */
  public int epochs() {
    return warmUpEpochs + mixtureEpochs + refitEpochs;
  }

  /** Whether the gates are learned in a phase. */
  boolean learnsGates(Phase phase) {
    return phase != Phase.WARM_UP && mixtureEpochs > 0;
  }

  /** The same schedule with other numbers of epochs. */
  public Schedule withEpochs(int warmUpEpochs, int mixtureEpochs) {
    return changed(
        draft -> {
          draft.warmUpEpochs = warmUpEpochs;
          draft.mixtureEpochs = mixtureEpochs;
        });
  }

  /** What is left of the schedule when the warm-up is done, at the rate that this left. */
  public Schedule afterWarmUp() {
    return changed(
        draft -> {
          draft.warmUpEpochs = 0;
          draft.learningRate = learningRate * left(warmUpShare());
        });
  }

  /** The same schedule with another number of epochs of the refit. */
  public Schedule withRefitEpochs(int refitEpochs) {
    return changed(draft -> draft.refitEpochs = refitEpochs);
  }

  /** The same schedule with negatives that count otherwise. */
  public Schedule withNegativesStandingForAll(boolean negativesStandForAll) {
    return changed(draft -> draft.negativesStandForAll = negativesStandForAll);
  }

  /** The same schedule with another peak rate. */
  public Schedule withLearningRate(double learningRate) {
    return changed(draft -> draft.learningRate = learningRate);
  }

  /** The same schedule with another weight of the load-balancing loss. */
  public Schedule withBalanceWeight(double balanceWeight) {
    return changed(draft -> draft.balanceWeight = balanceWeight);
  }

  /** The same schedule that gives up after so many epochs without a better validation. */
  public Schedule withPatience(int patience) {
    return changed(draft -> draft.patience = patience);
  }

  /**
   * The rate after some steps of a phase.
   *
   * @param steps steps of the phase done
   * @param progress of the phase, from 0 to 1
   */
  double learningRate(Phase phase, int steps, double progress) {
    double warmUpShare = warmUpShare();
    double left =
        switch (phase) {
          case WARM_UP -> left(warmUpShare * progress);
          case MIXTURE -> left(warmUpShare + (1 - warmUpShare) * progress);
          case REFIT -> REFIT_RATE * left(progress);
        };
    double up = Math.min(1, (steps + 1.0) / RISING_STEPS);
    return learningRate * up * left;
  }

  /** Of the epochs before the refit. */
  private double warmUpShare() {
    return (double) warmUpEpochs / (warmUpEpochs + mixtureEpochs);
  }

  /** What is left of the rate. */
  private static double left(double progress) {
    return 1 - (1 - LAST_RATE) * progress;
  }

  private Schedule changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.schedule();
  }

  /** The fields while some of them are being changed. */
  private static final class Draft {
    private int warmUpEpochs;
    private int mixtureEpochs;
    private int refitEpochs;
    private int warmUpNegatives;
    private int mixtureNegatives;
    private int mixturePositions;
    private boolean negativesStandForAll;
    private double learningRate;
    private double weightDecay;
    private double balanceWeight;
    private double warmUpWeight;
    private int patience;

    private Draft(Schedule from) {
      warmUpEpochs = from.warmUpEpochs;
      mixtureEpochs = from.mixtureEpochs;
      refitEpochs = from.refitEpochs;
      warmUpNegatives = from.warmUpNegatives;
      mixtureNegatives = from.mixtureNegatives;
      mixturePositions = from.mixturePositions;
      negativesStandForAll = from.negativesStandForAll;
      learningRate = from.learningRate;
      weightDecay = from.weightDecay;
      balanceWeight = from.balanceWeight;
      warmUpWeight = from.warmUpWeight;
      patience = from.patience;
    }

    private Schedule schedule() {
      return new Schedule(
          warmUpEpochs,
          mixtureEpochs,
          refitEpochs,
          warmUpNegatives,
          mixtureNegatives,
          mixturePositions,
          negativesStandForAll,
          learningRate,
          weightDecay,
          balanceWeight,
          warmUpWeight,
          patience);
    }
  }
}
