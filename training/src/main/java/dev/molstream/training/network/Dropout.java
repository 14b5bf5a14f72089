package dev.molstream.training.network;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Dropout with a generator of its own, so that what one micro-batch drops does not depend on which
 * thread ran first. One thread at a time.
 */
public final class Dropout {
  private final @Nullable GeneratorOptional generator;
  private final long seed;

  private Dropout(@Nullable GeneratorOptional generator, long seed) {
    this.generator = generator;
    this.seed = seed;
  }

  /** Drops nothing: evaluation. */
  public static Dropout off() {
    return new Dropout(null, 0);
  }

  /** Drops as the seed says; belongs to the surrounding pointer scope. */
  public static Dropout seeded(long seed) {
    Generator generator = torch.make_generator_cpu(seed);
    return new Dropout(new GeneratorOptional(generator), seed);
  }

  /** True in training. */
  public boolean isOn() {
    return generator != null;
  }

  /** What it was seeded with, for those who drop with a generator of their own. */
  public long seed() {
    return seed;
  }

  /** Zeroes each value with probability {@code rate} and scales the rest by 1/(1-rate). */
  public Tensor apply(Tensor tensor, double rate) {
    if (generator == null || rate == 0) {
      return tensor;
    }
    return tensor.mul(keep(rate, tensor.shape()).mul_(new Scalar((float) (1 / (1 - rate)))));
  }

  /** A tensor of ones and, with probability {@code rate}, zeros. */
  Tensor keep(double rate, long... shape) {
    if (generator == null) {
      throw new IllegalStateException("nothing is dropped in evaluation");
    }
    return torch.empty(shape).bernoulli_(1 - rate, generator);
  }
}
