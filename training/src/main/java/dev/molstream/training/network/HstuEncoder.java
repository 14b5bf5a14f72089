package dev.molstream.training.network;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * HSTU (arXiv 2402.17152) with biases by relative position and, if wanted, by time gap: what a
 * block adds depends on how far back an event lies and not on where the window starts, so histories
 * of any length meet the same function. A block computes
 *
 * <pre>
 *   [u|v|q|k] = SiLU(LN(x)·W + b)
 *   A = SiLU(q·kᵀ + bias[distance] + bias[time gap]) / N, causal      N = the longest history
 *   x + (u ⊙ LN(A·v))·Wo + bo
 * </pre>
 */
public final class HstuEncoder implements SequenceEncoder {
  private final EncoderShape shape;
  private final Block[] blocks;

  private record Block(
      Tensor inputWeight,
      Tensor inputBias,
      Tensor distance,
      @Nullable Tensor timeGap,
      Tensor outWeight,
      Tensor outBias) {}

  HstuEncoder(EncoderShape shape, Parameters parameters) {
    this.shape = shape;
    int width = shape.width();
    this.blocks = new Block[shape.blocks()];
    for (int i = 0; i < blocks.length; i++) {
      String name = "encoder." + i + ".";
      blocks[i] =
          new Block(
              parameters.weight(name + "input.weight", 4 * width, width),
              parameters.zeros(name + "input.bias", 4 * width),
              parameters.zeros(name + "distance", shape.maxHistory()),
              shape.readsTimes() ? parameters.zeros(name + "time-gap", shape.timeBuckets()) : null,
              parameters.weight(name + "output.weight", width, width),
              parameters.zeros(name + "output.bias", width));
    }
  }

  @Override
  public Tensor encode(Histories histories, Dropout dropout) {
    Tensor history = histories.vectors();
    long batch = histories.users();
    long length = histories.length();
    long width = shape.width();
    Tensor distances = distances((int) length);
    Tensor causal = causal((int) length);
    Tensor gaps = shape.readsTimes() ? gaps(histories) : null;
    Tensor x =
        dropout
            .apply(history.mul(new Scalar((float) Math.sqrt(width))), shape.dropout())
            .reshape(batch * length, width);
    for (Block block : blocks) {
      Tensor normal = Tensors.layerNorm(x, width);
      Tensor mixed =
          torch.silu(torch.linear(normal, block.inputWeight, new TensorOptional(block.inputBias)));
      TensorVector parts = mixed.chunk(4, 1);
      Tensor values = heads(parts.get(1), batch, length);
      Tensor queries = heads(parts.get(2), batch, length);
      Tensor keys = heads(parts.get(3), batch, length);
      Tensor bias = block.distance.index_select(0, distances).view(length, length);
      if (gaps != null && block.timeGap != null) {
        Tensor own = block.timeGap.index_select(0, gaps).view(batch, 1, length, length);
        bias =
            own.add(bias)
                .expand(batch, shape.heads(), length, length)
                .reshape(batch * shape.heads(), length, length);
      }
      Tensor attention =
          torch.silu(queries.matmul(keys.transpose(1, 2)).add(bias)).mul(causal).matmul(values);
      Tensor gathered = Tensors.layerNorm(joined(attention, batch, length), width);
      Tensor gated = dropout.apply(parts.get(0).mul(gathered), shape.dropout());
      x = x.add(torch.linear(gated, block.outWeight, new TensorOptional(block.outBias)));
    }
    return Tensors.layerNorm(x, width).view(batch, length, width);
  }

  /** [B·n, D] to [B·heads, n, D/heads]. */
  private Tensor heads(Tensor rows, long batch, long length) {
    long heads = shape.heads();
    long width = shape.width() / heads;
    if (heads == 1) {
      return rows.view(batch, length, width);
    }
    return rows.view(batch, length, heads, width)
        .transpose(1, 2)
        .reshape(batch * heads, length, width);
  }

  private Tensor joined(Tensor attention, long batch, long length) {
    long heads = shape.heads();
    if (heads == 1) {
      return attention.view(batch * length, shape.width());
    }
    return attention
        .view(batch, heads, length, shape.width() / heads)
        .transpose(1, 2)
        .reshape(batch * length, shape.width());
  }

  /** How far back position j lies from i, row major [n · n]; 0 above the diagonal. */
  private static Tensor distances(int length) {
    long[] distances = new long[length * length];
    for (int i = 0; i < length; i++) {
      for (int j = 0; j <= i; j++) {
        distances[i * length + j] = i - j;
      }
    }
    return Tensors.of(distances, distances.length);
  }

  private Tensor gaps(Histories histories) {
    long[] gaps = TimeGaps.of(histories, shape.timeBuckets());
    return Tensors.of(gaps, gaps.length);
  }

  /** Row major [n, n]: 1/N on and below the diagonal, 0 above. */
  private Tensor causal(int length) {
    float[] causal = new float[length * length];
    for (int i = 0; i < length; i++) {
      Arrays.fill(causal, i * length, i * length + i + 1, 1f / shape.maxHistory());
    }
    return Tensors.of(causal, length, length);
  }
}
