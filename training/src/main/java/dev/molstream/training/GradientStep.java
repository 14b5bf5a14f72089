package dev.molstream.training;

import dev.molstream.training.batch.Negatives;
import dev.molstream.training.batch.SequenceBatch;
import dev.molstream.training.batch.TrainingStep;
import dev.molstream.training.loss.DotProductSoftmax;
import dev.molstream.training.loss.DotProductSoftmax.Loss;
import dev.molstream.training.loss.OwnNegatives;
import dev.molstream.training.mixture.AutogradMixtureLoss;
import dev.molstream.training.mixture.FusedMixtureLoss;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.Histories;
import dev.molstream.training.network.MolHead;
import dev.molstream.training.network.RetrievalNetwork;
import dev.molstream.training.network.RetrievalNetwork.Items;
import dev.molstream.training.network.RetrievalNetwork.Queries;
import dev.molstream.training.network.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of one step. The item network runs once; micro-batches run on the workers against
 * detached copies of its outputs; their gradients are summed in the order of the micro-batches,
 * whatever thread was faster, and carried back through the item network. So the sum does not depend
 * on the number of workers.
 */
final class GradientStep {
  private static final float USER_VECTOR_WEIGHT = 0.1f;
  private static final double NOBODY_SHARE = 0.1;

  /** Of an own negative's probability: what the mean of the logits may not rule out. */
  private static final double UNIFORM_SHARE = 0.25;

  private final RetrievalNetwork network;
  private final NetworkInputs inputs;
  private final GradientWorkers workers;
  private final List<Tensor> itemParameters;
  private final List<Tensor> queryParameters;
  private final Schedule schedule;

  GradientStep(
      RetrievalNetwork network, NetworkInputs inputs, GradientWorkers workers, Schedule schedule) {
    this.network = network;
    this.inputs = inputs;
    this.workers = workers;
    this.itemParameters = network.parameters().startingWith("item.");
    this.queryParameters = network.parameters().notStartingWith("item.");
    this.schedule = schedule;
  }

  /**
   * Puts the gradient of the mean loss into the parameters; to be called within a pointer scope.
   *
   * @param learnsGates whether the loss is that of the mixture, or of the mean of the logits
   * @return the mean cross entropy
   */
  double run(TrainingStep step, boolean learnsGates) {
    Items items = network.items(inputs.of(step.items()), Dropout.seeded(step.seed()));
    List<Tensor> leaves = new ArrayList<>();
    for (Tensor output : outputs(items)) {
      Tensor leaf = output.detach();
      leaf.set_requires_grad(true);
      leaves.add(leaf);
    }
    Items leafItems = new Items(leaves.get(0), leaves.get(1), leaves.get(2));
    List<Callable<Partial>> tasks = new ArrayList<>();
    for (int i = 0; i < step.batches().size(); i++) {
      SequenceBatch batch = step.batches().get(i);
      long seed = step.seed() + 1 + i;
      tasks.add(() -> partial(batch, step, leafItems, leaves, learnsGates, seed));
    }
    double loss = 0;
    @Nullable Tensor[] sums = new @Nullable Tensor[queryParameters.size() + leaves.size()];
    for (Partial partial : workers.run(tasks)) {
      loss += partial.loss();
      add(sums, partial.gradients());
    }
    for (int i = 0; i < queryParameters.size(); i++) {
      give(queryParameters.get(i), sums[i]);
    }
    backThroughItems(items, sums);
    return loss;
  }

  /**
   * A micro-batch's part of the loss and the gradients of query parameters, then of item outputs.
   */
  private record Partial(double loss, List<Tensor> gradients) {}

  private Partial partial(
      SequenceBatch batch,
      TrainingStep step,
      Items items,
      List<Tensor> leaves,
      boolean learnsGates,
      long seed) {
    try (var _ = new PointerScope()) {
      Dropout dropout = Dropout.seeded(seed);
      Tensor history =
          items
              .base()
              .index_select(0, Tensors.of(batch.inputs(), batch.inputs().length))
              .view(batch.users(), batch.length(), items.base().size(1));
      Histories histories =
          new Histories(history, batch.times(), batch.nextTimes(), userRows(batch, seed));
      boolean onlyMixed = learnsGates && schedule.warmUpWeight() == 0;
      Queries queries =
          network.queries(
              histories, onlyMixed ? batch.mixedPositions() : batch.positions(), dropout);
      Averages averages = averages(items, step.negatives());
      Loss loss;
      if (learnsGates) {
        Queries mixed = onlyMixed ? queries : queries.at(batch.mixed());
        loss = mixtureLoss(mixed, items, averages, batch, step, dropout);
        if (!onlyMixed) {
          loss = loss.beside(averagedLoss(queries, averages, batch, step), schedule.warmUpWeight());
        }
      } else {
        loss = averagedLoss(queries, averages, batch, step);
      }
      TensorVector wanted = new TensorVector();
      queryParameters.forEach(wanted::push_back);
      leaves.forEach(wanted::push_back);
      Tensor decayed = withUserDecay(loss.surrogate(), queries, step);
      TensorVector gradients =
          torch.grad(
              new TensorVector(decayed),
              wanted,
              new TensorVector(),
              new BoolOptional(),
              false,
              true);
      List<Tensor> kept = new ArrayList<>();
      for (Tensor borrowed : gradients.get()) {
        Tensor gradient = new Tensor(borrowed); // the vector's own ends with it
        gradient.retainReference(); // outlives this scope
        kept.add(gradient);
      }
      return new Partial(loss.value(), kept);
    }
  }

  /**
   * Adds the penalty on user vectors, 0.1·‖e‖² per position (as the code of arXiv 2407.15462 has
   * it).
   */
  private static Tensor withUserDecay(Tensor loss, Queries queries, TrainingStep step) {
    Tensor users = queries.userVectors();
    return users == null
        ? loss
        : loss.add(users.mul(users).sum().mul(new Scalar(USER_VECTOR_WEIGHT / step.positions())));
  }

  /** Now and then a user is nobody in particular, so that row 0 learns to stand for new ones. */
  private long[] userRows(SequenceBatch batch, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return Arrays.stream(batch.userNumbers())
        .mapToLong(user -> random.nextDouble() < NOBODY_SHARE ? 0 : inputs.userRow(user))
        .toArray();
  }

  /** Mean components of the step's items, and of the shared negatives among them. */
  private record Averages(Tensor all, Tensor sampled) {}

  private Averages averages(Items items, Negatives sample) {
    Tensor all = network.head().averagedItems(items.components());
    return new Averages(all, all.index_select(0, Tensors.of(sample.places(), sample.count())));
  }

  /** The warm-up's, a part of its mean over the step's positions. */
  private Loss averagedLoss(
      Queries queries, Averages averages, SequenceBatch batch, TrainingStep step) {
    return DotProductSoftmax.of(
            network.head().averagedQueries(queries.components()),
            averages.all().index_select(0, Tensors.of(batch.labels(), batch.labels().length)),
            averages.sampled(),
            batch.labels(),
            step.negatives().places(),
            logShares(step.negatives()))
        .dividedBy(step.positions());
  }

  /** The mixture's, a part of its mean over the positions it is learned at. */
  private Loss mixtureLoss(
      Queries queries,
      Items items,
      Averages averages,
      SequenceBatch batch,
      TrainingStep step,
      Dropout dropout) {
    MolHead head = network.head();
    long[] own = batch.mixedLabels();
    float weight = (float) (schedule.balanceWeight() * own.length);
    OwnNegatives negatives =
        draw(queries, averages.sampled(), own, step.negatives(), dropout.seed());
    Loss loss =
        FusedMixtureLoss.runsHere()
            ? FusedMixtureLoss.of(head, queries, items, own, negatives, dropout, weight)
            : AutogradMixtureLoss.of(head, queries, items, own, negatives, dropout, weight);
    return loss.dividedBy(step.mixedPositions());
  }

  private OwnNegatives draw(
      Queries queries, Tensor sampled, long[] labels, Negatives sample, long seed) {
    OwnNegatives drawn =
        OwnNegatives.draw(
            network.head().averagedQueries(queries.components()),
            sampled,
            labels,
            sample,
            schedule.mixtureNegatives(),
            schedule.negativesStandForAll() ? UNIFORM_SHARE : 1,
            new SplittableRandom(seed));
    return schedule.negativesStandForAll() ? drawn : drawn.uncorrected();
  }

  private float[] logShares(Negatives negatives) {
    return schedule.negativesStandForAll() ? negatives.logShares() : new float[negatives.count()];
  }

  private void backThroughItems(Items items, @Nullable Tensor[] sums) {
    TensorVector outputs = new TensorVector();
    TensorVector outputGradients = new TensorVector();
    List<Tensor> all = outputs(items);
    for (int i = 0; i < all.size(); i++) {
      Tensor gradient = sums[queryParameters.size() + i];
      if (gradient != null) {
        outputs.push_back(all.get(i));
        outputGradients.push_back(gradient);
      }
    }
    TensorVector wanted = new TensorVector();
    itemParameters.forEach(wanted::push_back);
    TensorVector gradients =
        torch.grad(outputs, wanted, outputGradients, new BoolOptional(), false, true);
    for (int i = 0; i < itemParameters.size(); i++) {
      give(itemParameters.get(i), gradients.get(i));
    }
  }

  private static List<Tensor> outputs(Items items) {
    return List.of(items.base(), items.components(), items.gates());
  }

  private static void add(@Nullable Tensor[] sums, List<Tensor> gradients) {
    for (int i = 0; i < sums.length; i++) {
      Tensor gradient = gradients.get(i);
      PointerScope.getInnerScope().attach(gradient);
      gradient.releaseReference();
      Tensor sum = sums[i];
      if (sum != null && gradient.defined()) {
        sum.add_(gradient);
      } else if (gradient.defined()) {
        sums[i] = gradient;
      }
    }
  }

  /** What a parameter had no part in stays without gradient, and AdamW leaves it alone. */
  private static void give(Tensor parameter, @Nullable Tensor gradient) {
    if (gradient != null && gradient.defined()) {
      parameter.mutable_grad().put(gradient);
    }
  }
}
