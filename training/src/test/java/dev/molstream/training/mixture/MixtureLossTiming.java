package dev.molstream.training.mixture;

import dev.molstream.retrieval.MolShape;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.RetrievalNetwork;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/**
 * CPU time per position, forward and backward, of the fused loss and of LibTorch by turns, on one
 * thread. After {@code mvn -DskipTests package}:
 *
 * <pre>
 * java &#64;etc/jvm.options -cp 'training/target/test-classes:demo/target/lib/*' \
 *     dev.molstream.training.mixture.MixtureLossTiming
 * </pre>
 */
final class MixtureLossTiming {
  private static final int ITEMS = 4000;
  private static final int POSITIONS = 256;
  private static final float BALANCE = 1e-3f * POSITIONS;

  /**
   * Of weights; more would make LibTorch compute with subnormal numbers, at a tenth of the pace.
   */
  private static final double DEVIATION = 0.05;

  private MixtureLossTiming() {}

  public static void main(String[] arguments) {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    torch.set_num_threads(1);
    openblas_nolapack.blas_set_num_threads(1);
    measure(new MolShape(64, 8, 4, 64, 128, 0.05f), 128, rounds);
    measure(new MolShape(64, 4, 4, 32, 32, 0.05f), 128, rounds);
    measure(new MolShape(64, 8, 8, 32, 128, 0.05f), 512, rounds);
  }

  private static void measure(MolShape shape, int negatives, int rounds) {
    SplittableRandom random = new SplittableRandom(1);
    double[] fused = new double[rounds];
    double[] autograd = new double[rounds];
    try (RetrievalNetwork network = Examples.network(shape, DEVIATION, random);
        var _ = new PointerScope()) {
      Examples examples = Examples.random(network, ITEMS, POSITIONS, negatives, BALANCE, random);
      for (int round = -2; round < rounds; round++) { // the first two warm up
        int seed = round;
        double own = micros(() -> examples.gradients(examples.fused(Dropout.seeded(seed))));
        double twin = micros(() -> examples.gradients(examples.byAutograd(Dropout.seeded(seed))));
        if (round >= 0) {
          fused[round] = own;
          autograd[round] = twin;
        }
      }
    }
    System.out.printf(
        "%dx%dx%d H=%d R=%d: fused %.0f (%.0f to %.0f), LibTorch %.0f (%.0f to %.0f) us of CPU"
            + " per position: median (least to greatest) of %d%n",
        shape.queryComponents(),
        shape.itemComponents(),
        shape.componentDimension(),
        shape.gateHidden(),
        negatives,
        median(fused),
        fused[0],
        fused[rounds - 1],
        median(autograd),
        autograd[0],
        autograd[rounds - 1],
        rounds);
  }

  private static double micros(Runnable work) {
    try (var _ = new PointerScope()) {
      var threads = ManagementFactory.getThreadMXBean();
      long start = threads.getCurrentThreadCpuTime();
      work.run();
      return (threads.getCurrentThreadCpuTime() - start) / 1e3 / POSITIONS;
    }
  }

  /** Sorts, too. */
  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
