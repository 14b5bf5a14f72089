package dev.molstream.training.pairs;

import dev.molstream.training.GradientWorkers;
import dev.molstream.training.loss.MutualInformationLoss;
import dev.molstream.training.loss.SampledSoftmax;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.PairNetwork;
import dev.molstream.training.network.Tensors;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Learns MoL from pairs, each query against all items: for catalogues that fit into one softmax,
 * thousands of items at most. Equal pairs, settings and seeds give equal models.
 */
public final class PairTrainer {
  private PairTrainer() {}

  /**
   * Trains on a thread of its own, and returns when that is done.
   *
   * @param bases the items' base vectors, D numbers each
   * @param pairs what the next step learns from
   * @param progress hears how many steps are done
   */
  public static PairModel train(
      PairSettings settings,
      List<float[]> bases,
      Function<RandomGenerator, Pairs> pairs,
      IntConsumer progress) {
    try (GradientWorkers workers = new GradientWorkers(1)) {
      Callable<PairModel> learning = () -> learn(settings, bases, pairs, progress);
      return workers.run(List.of(learning)).getFirst();
    }
  }

  private static PairModel learn(
      PairSettings settings,
      List<float[]> bases,
      Function<RandomGenerator, Pairs> pairs,
      IntConsumer progress) {
    SplittableRandom random = new SplittableRandom(settings.seed());
    PairNetwork network =
        PairNetwork.create(settings.mol(), settings.queryHidden(), random.split());
    try (var _ = new PointerScope()) {
      Tensor items = rows(bases, settings.mol().baseDimension());
      AdamW optimiser = optimiser(network, settings);
      for (int step = 0; step < settings.steps(); step++) {
        double left = 1 - (double) step / settings.steps();
        optimiser.param_groups().get(0).options().set_lr(settings.learningRate() * left);
        step(network, items, pairs.apply(random.split()), random.nextLong(), settings, optimiser);
        progress.accept(step + 1);
      }
    }
    return new PairModel(network);
  }

  private static void step(
      PairNetwork network,
      Tensor items,
      Pairs pairs,
      long seed,
      PairSettings settings,
      AdamW optimiser) {
    try (var _ = new PointerScope()) {
      int catalogue = (int) items.size(0);
      Tensor labels =
          Tensors.of(
              pairs.items().stream().mapToLong(Integer::longValue).toArray(), pairs.items().size());
      PairNetwork.Scores scores =
          network.score(
              rows(pairs.queries(), (int) items.size(1)), items, labels, Dropout.seeded(seed));
      Tensor everything = Tensors.of(LongStream.range(0, catalogue).toArray(), catalogue);
      Tensor loss =
          SampledSoftmax.overSample(
                  scores.own().scores(),
                  scores.all().scores(),
                  labels,
                  everything,
                  Tensors.of(new float[catalogue], catalogue))
              .div(new Scalar((float) pairs.items().size()));
      Tensor balance =
          MutualInformationLoss.of(scores.own().gates())
              .mul(new Scalar((float) settings.balanceWeight()));
      optimiser.zero_grad();
      loss.add(balance).backward();
      optimiser.step();
    }
  }

  private static Tensor rows(List<float[]> vectors, int width) {
    float[] rows = new float[vectors.size() * width];
    for (int i = 0; i < vectors.size(); i++) {
      System.arraycopy(vectors.get(i), 0, rows, i * width, width);
    }
    return Tensors.of(rows, vectors.size(), width);
  }

  private static AdamW optimiser(PairNetwork network, PairSettings settings) {
    AdamWOptions options = new AdamWOptions(settings.learningRate());
    options.weight_decay().put(settings.weightDecay());
    return new AdamW(network.parameters().vector(), options);
  }
}
