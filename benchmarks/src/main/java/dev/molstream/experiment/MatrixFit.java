package dev.molstream.experiment;

import dev.molstream.benchmark.BenchmarkProgress;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.EncoderKind;
import dev.molstream.training.network.EncoderShape;
import dev.molstream.training.network.GatedUnit;
import dev.molstream.training.network.MolHead;
import dev.molstream.training.network.NetworkShape;
import dev.molstream.training.network.RetrievalNetwork;
import dev.molstream.training.network.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
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
    // Waiting for each other costs LibTorch's threads more than such small products gain.
    torch.set_num_threads(1);
    openblas_nolapack.blas_set_num_threads(1);
    SplittableRandom random = new SplittableRandom(seed);
    try (RetrievalNetwork network = RetrievalNetwork.create(networkShape(), random);
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
          Tensor error = scores(network.head(), queries, items).sub(target);
          error.mul(error).mean().backward();
          optimiser.step();
        }
        task.reached(step + 1L);
      }
      try (var _ = Tensors.withoutGradients()) {
        float[] scores = Tensors.floats(scores(network.head(), queries, items));
        return new Fitted(scores, sharedFloats(network));
      }
    }
  }

  private static Tensor scores(MolHead head, Tensor queries, Tensor items) {
    Dropout none = Dropout.off();
    return head.scoreAll(
            head.queryComponents(queries, null, none),
            head.queryGate(queries),
            head.itemComponents(items),
            head.itemGate(items),
            none)
        .scores();
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

  private static AdamW optimiser(RetrievalNetwork network, Tensor queries, Tensor items) {
    TensorVector learned = new TensorVector(queries, items);
    headParameters(network).keySet().stream()
        .flatMap(name -> network.parameters().startingWith(name).stream())
        .forEach(learned::push_back);
    AdamWOptions options = new AdamWOptions(LEARNING_RATE);
    options.weight_decay().put(0);
    return new AdamW(learned, options);
  }

  private static int sharedFloats(RetrievalNetwork network) {
    return headParameters(network).values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The head's parameters and how many values each has; the rest of the network has no part. */
  private static Map<String, Integer> headParameters(RetrievalNetwork network) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    network
        .parameters()
        .shapes()
        .forEach(
            (name, sides) -> {
              if (isOfHead(name)) {
                sizes.put(name, sides.stream().reduce(1, (a, b) -> a * b));
              }
            });
    return sizes;
  }

  private static boolean isOfHead(String name) {
    return List.of("query.", "gate.", "item.components.", "item.gate.").stream()
        .anyMatch(name::startsWith);
  }

  /** The smallest network that has the head. */
  private NetworkShape networkShape() {
    return new NetworkShape(
        shape,
        EncoderKind.HSTU,
        new EncoderShape(shape.baseDimension(), 1, 1, 1, 0, 0),
        2 * shape.baseDimension(),
        GatedUnit.SWIGLU,
        0,
        1,
        1,
        0);
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
