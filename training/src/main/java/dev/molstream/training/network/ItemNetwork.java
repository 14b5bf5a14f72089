package dev.molstream.training.network;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * From an item's id row and hashed features to its vectors: base = mean of the feature embeddings,
 * through a linear layer, + id embedding. In training the id embedding of each item is left out now
 * and then, so that the features alone make a good vector for an item nobody has seen.
 */
public final class ItemNetwork {
  private static final long MEAN = 1;

  private final double idDropout;
  private final Tensor ids;
  private final Tensor features;
  private final Tensor mixWeight;
  private final Tensor mixBias;

  ItemNetwork(
      int trainedItems, int hashBuckets, int width, double idDropout, Parameters parameters) {
    this.idDropout = idDropout;
    this.ids = parameters.normal("item.ids", 0.02, trainedItems + 1, width);
    this.features = parameters.normal("item.features", 0.1, hashBuckets, width);
    this.mixWeight = parameters.weight("item.mix.weight", width, width);
    this.mixBias = parameters.zeros("item.mix.bias", width);
  }

  /** Base vectors [U, D]. */
  Tensor base(ItemBatch items, Dropout dropout) {
    Tensor rows = items.rows();
    Tensor known = rows.ne(new Scalar(0)).to(torch.ScalarType.Float).unsqueeze(1);
    if (dropout.isOn()) {
      known = known.mul(dropout.keep(idDropout, rows.size(0), 1).maximum(bare(items)));
    }
    Tensor id = ids.index_select(0, rows).mul(known);
    Tensor mean =
        torch
            .embedding_bag(
                features,
                items.features(),
                items.offsets(),
                false,
                MEAN,
                false,
                new TensorOptional(),
                true)
            .get0();
    return torch.linear(mean, mixWeight, new TensorOptional(mixBias)).add(id);
  }

  /** 1 for items without features, [U, 1]: of those nothing would be left but the id. */
  private static Tensor bare(ItemBatch items) {
    Tensor starts = items.offsets().narrow(0, 0, items.rows().size(0));
    Tensor ends = items.offsets().narrow(0, 1, items.rows().size(0));
    return starts.eq(ends).to(torch.ScalarType.Float).unsqueeze(1);
  }
}
