package dev.molstream.training.network;

import org.bytedeco.pytorch.Tensor;

/**
 * Items as the item network reads them; int64, features of all items one after the other.
 *
 * @param rows [U] id rows, 0 = unknown
 * @param features the hashed features, without padding
 * @param offsets [U + 1] where each item's features begin, and where the last one's end
 */
public record ItemBatch(Tensor rows, Tensor features, Tensor offsets) {}
