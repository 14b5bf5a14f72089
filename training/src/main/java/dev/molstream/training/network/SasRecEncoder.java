package dev.molstream.training.network;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * SASRec (arXiv 1808.09781): causal softmax attention with learned positions counted from the
 * oldest event of the window. A block computes
 *
 * <pre>
 *   y = LN(x);  h = y + softmax(y·Wq (y·Wk)ᵀ/√d, causal) y·Wv·Wo;  z = LN(h);  z + W2·relu(W1·z)
 * </pre>
 */
public final class SasRecEncoder implements SequenceEncoder {
  private final EncoderShape shape;
  private final Tensor positions;
  private final Block[] blocks;

  private record Block(
      Tensor attentionWeight,
      Tensor attentionBias,
      Tensor outWeight,
      Tensor outBias,
      Tensor innerWeight,
      Tensor innerBias,
      Tensor outerWeight,
      Tensor outerBias) {}

  SasRecEncoder(EncoderShape shape, Parameters parameters) {
    if (shape.readsTimes()) {
      throw new IllegalArgumentException("SASRec has no time bias: 0 time buckets");
    }
    this.shape = shape;
    int width = shape.width();
    this.positions =
        parameters.normal("encoder.positions", Math.sqrt(1.0 / width), shape.maxHistory(), width);
    this.blocks = new Block[shape.blocks()];
    for (int i = 0; i < blocks.length; i++) {
      String name = "encoder." + i + ".";
      blocks[i] =
          new Block(
              parameters.weight(name + "attention.weight", 3 * width, width),
              parameters.zeros(name + "attention.bias", 3 * width),
              parameters.weight(name + "output.weight", width, width),
              parameters.zeros(name + "output.bias", width),
              parameters.weight(name + "inner.weight", width, width),
              parameters.zeros(name + "inner.bias", width),
              parameters.weight(name + "outer.weight", width, width),
              parameters.zeros(name + "outer.bias", width));
    }
  }

  @Override
  public Tensor encode(Histories histories, Dropout dropout) {
    Tensor history = histories.vectors();
    long batch = histories.users();
    long length = histories.length();
    long width = shape.width();
    Tensor placed =
        history.mul(new Scalar((float) Math.sqrt(width))).add(positions.narrow(0, 0, length));
    Tensor x = dropout.apply(placed, shape.dropout()).reshape(batch * length, width);
    for (Block block : blocks) {
      Tensor normal = Tensors.layerNorm(x, width);
      TensorVector parts =
          torch
              .linear(normal, block.attentionWeight, new TensorOptional(block.attentionBias))
              .chunk(3, 1);
      Tensor attention =
          torch.scaled_dot_product_attention(
              heads(parts.get(0), batch, length),
              heads(parts.get(1), batch, length),
              heads(parts.get(2), batch, length),
              new TensorOptional(),
              0.0,
              true,
              new DoubleOptional(),
              false);
      Tensor joined = attention.transpose(1, 2).reshape(batch * length, width);
      Tensor attended =
          normal.add(
              dropout.apply(
                  torch.linear(joined, block.outWeight, new TensorOptional(block.outBias)),
                  shape.dropout()));
      Tensor again = Tensors.layerNorm(attended, width);
      Tensor inner =
          dropout.apply(
              torch.relu(
                  torch.linear(again, block.innerWeight, new TensorOptional(block.innerBias))),
              shape.dropout());
      x =
          again.add(
              dropout.apply(
                  torch.linear(inner, block.outerWeight, new TensorOptional(block.outerBias)),
                  shape.dropout()));
    }
    return Tensors.layerNorm(x, width).view(batch, length, width);
  }

  /** [B·n, D] to [B, heads, n, D/heads]. */
  private Tensor heads(Tensor rows, long batch, long length) {
    return rows.view(batch, length, shape.heads(), shape.width() / shape.heads()).transpose(1, 2);
  }
}
