package dev.molstream.training.network;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Moves values between Java arrays and tensors, and names the few operations used everywhere. */
public final class Tensors {
  private Tensors() {}

  /** A tensor holding a copy of the values, row major. */
  public static Tensor of(float[] values, long... shape) {
    return Tensor.create(values, shape);
  }

  /** An int64 tensor holding a copy of the values, row major. */
  public static Tensor of(long[] values, long... shape) {
    return Tensor.create(values, shape);
  }

  /** A copy of a float tensor's values, row major. */
  public static float[] floats(Tensor tensor) {
    try (Tensor plain = tensor.detach();
        Tensor dense = plain.contiguous()) {
      FloatBuffer buffer = dense.createBuffer();
      float[] values = new float[buffer.remaining()];
      buffer.get(values);
      return values;
    }
  }

  /** A copy of an int64 tensor's values, row major. */
  public static long[] longs(Tensor tensor) {
    try (Tensor plain = tensor.detach();
        Tensor dense = plain.contiguous()) {
      LongBuffer buffer = dense.createBuffer();
      long[] values = new long[buffer.remaining()];
      buffer.get(values);
      return values;
    }
  }

  /** The value of a tensor with one element. */
  public static float value(Tensor tensor) {
    return tensor.item_float();
  }

  /** Writes values into a parameter, outside of autograd. */
  static void overwrite(Tensor tensor, float[] values) {
    try (Tensor plain = tensor.detach()) {
      FloatBuffer buffer = plain.createBuffer();
      buffer.put(values);
    }
  }

  /** Runs what it is given without recording for gradients. */
  public static AutoGradMode withoutGradients() {
    return new AutoGradMode(false);
  }

  /** v / max(‖v‖₂, 1e-6) over the last dimension. */
  static Tensor unit(Tensor tensor) {
    // Cut before the root: a vector of zeros has gradient 0 then, and not 0/0.
    return tensor.mul(squares(tensor).clamp_min(new Scalar(1e-12f)).rsqrt());
  }

  /**
   * Unit vectors whose dot products are those of vectors with lengths, up to 1: all coordinates but
   * the last two, scaled and cut to length 1, and what is missing to length 1 in one of the last
   * two, where the other side has nothing.
   *
   * @param tensor [M, components, d]
   * @param rest the coordinate that fills up
   */
  static Tensor lifted(Tensor tensor, int rest) {
    long width = tensor.size(-1);
    Tensor vectors = tensor.mul(of(Lift.scales(tensor.size(-2), width), width));
    Tensor shrink = squares(vectors).clamp_min(new Scalar(1f)).rsqrt();
    Tensor cut = vectors.mul(shrink);
    Tensor missing = torch.sub(torch.ones(1), squares(cut)).clamp_min(new Scalar(1e-12f)).sqrt();
    return cut.add(missing.mul(of(Lift.onlyAt(rest, width), width)));
  }

  private static Tensor squares(Tensor tensor) {
    return tensor
        .mul(tensor)
        .sum(new long[] {-1}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
  }

  /** Layer norm over the last dimension, of {@code width}, without weights. */
  static Tensor layerNorm(Tensor tensor, long width) {
    return torch.layer_norm(
        tensor,
        new long[] {width},
        new TensorOptional(),
        new TensorOptional(),
        SequenceEncoder.NORM_EPSILON,
        false);
  }
}
