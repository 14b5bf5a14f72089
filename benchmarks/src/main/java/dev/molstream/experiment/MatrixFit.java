package dev.molstream.experiment;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.GradientWorkers;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.PairNetwork;
import dev.molstream.training.network.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The similarity head fitted to a known matrix: a free embedding of width D per query and per item,
 * and the head's own weights, by AdamW on the squared error. One thread.
 */
final class MatrixFit {
  private static final double LEARNING_RATE = 1e-2;
  private static final int RISING_STEPS = 20;

  private final MolShape shape;
  private final int steps;

  /** A fit of the shape's head in so many steps. */
  MatrixFit(MolShape shape, int steps) {
    this.shape = shape;
    this.steps = steps;
  }

  /**
   * What was found.
   *
   * @param scores n × n, row major
   * @param sharedFloats weights of the head, which all queries and items share
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Fitted(float[] scores, int sharedFloats) {}

  /** Fits a matrix of n × n values, row major, within ±1/τ. */
  Fitted fit(float[] matrix, int n, long seed, BenchmarkProgress.Task task) {
    // On a worker, so that LibTorch has one thread: waiting for each other costs more than such
    // small
    // products gain.
    try (GradientWorkers workers = new GradientWorkers(1)) {
      Callable<Fitted> fitting = () -> learn(matrix, n, seed, task);
      return workers.run(List.of(fitting)).getFirst();
    }
  }

  private Fitted learn(float[] matrix, int n, long seed, BenchmarkProgress.Task task) {
    SplittableRandom random = new SplittableRandom(seed);
    try (PairNetwork network = PairNetwork.create(shape, 2 * shape.baseDimension(), random);
        var _ = new PointerScope()) {
      Tensor target = Tensors.of(matrix, n, n);
      Tensor queries = embeddings(n, random);
      Tensor items = embeddings(n, random);
      AdamW optimiser = optimiser(network, queries, items);
      for (int step = 0; step < steps; step++) {
        try (var _ = new PointerScope()) {
          double up = Math.min(1, (step + 1.0) / RISING_STEPS);
          double rate = LEARNING_RATE * up * (1 - (double) step / steps);
          optimiser.param_groups().get(0).options().set_lr(rate);
          optimiser.zero_grad();
          Tensor error = network.scoreAll(queries, items, Dropout.off()).scores().sub(target);
          error.mul(error).mean().backward();
          optimiser.step();
        }
        task.reached(step + 1L);
      }
      try (var _ = Tensors.withoutGradients()) {
        float[] scores = Tensors.floats(network.scoreAll(queries, items, Dropout.off()).scores());
        return new Fitted(scores, sharedFloats(network));
      }
    }
  }

  /** Standard normal values. */
  private Tensor embeddings(int rows, SplittableRandom random) {
    float[] values = new float[rows * shape.baseDimension()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Tensor embeddings = Tensors.of(values, rows, shape.baseDimension());
    embeddings.set_requires_grad(true);
    return embeddings;
  }

  private static AdamW optimiser(PairNetwork network, Tensor queries, Tensor items) {
    TensorVector learned = network.parameters().vector();
    learned.push_back(queries);
    learned.push_back(items);
    AdamWOptions options = new AdamWOptions(LEARNING_RATE);
    options.weight_decay().put(0);
    return new AdamW(learned, options);
  }

  private static int sharedFloats(PairNetwork network) {
    return network.parameters().snapshot().values().stream()
        .mapToInt(values -> values.length)
        .sum();
  }

  /** Singular values of an n × n matrix, greatest first. */
  static double[] singularValues(float[] matrix, int n) {
    try (var _ = new PointerScope()) {
      Tensor values = torch.linalg_svdvals(Tensors.of(matrix, n, n).to(torch.ScalarType.Double));
      float[] singular = Tensors.floats(values.to(torch.ScalarType.Float));
      double[] wide = new double[n];
      Arrays.setAll(wide, i -> singular[i]);
      return wide;
    }
  }
}
