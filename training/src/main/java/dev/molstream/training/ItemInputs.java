package dev.molstream.training;

import dev.molstream.model.FeatureSpec;
import dev.molstream.model.ItemContent;
import dev.molstream.model.ItemFeatureEncoder;
import dev.molstream.training.batch.StepItems;
import dev.molstream.training.network.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The item network's inputs for the whole catalogue, made once. Immutable; any thread. */
final class ItemInputs {
  private final int maxFeatures;
  private final long[] rows;
  private final long[] buckets;

  private ItemInputs(int maxFeatures, long[] rows, long[] buckets) {
    this.maxFeatures = maxFeatures;
    this.rows = rows;
    this.buckets = buckets;
  }

  static ItemInputs of(List<ItemContent> items, FeatureSpec spec) {
    ItemFeatureEncoder encoder =
        ItemFeatureEncoder.of(spec, items.stream().map(ItemContent::itemId).toList());
    long[] rows = new long[items.size()];
    long[] buckets = new long[items.size() * spec.maxFeatures()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = encoder.row(items.get(i).itemId());
      encoder.features(items.get(i), buckets, i * spec.maxFeatures());
    }
    return new ItemInputs(spec.maxFeatures(), rows, buckets);
  }

  /** How many items there are. */
  int catalogue() {
    return rows.length;
  }

  /** Id rows of a step's items, [U]. */
  Tensor rows(StepItems items) {
    long[] chosen = new long[items.count()];
    for (int place = 0; place < chosen.length; place++) {
      chosen[place] = rows[items.number(place)];
    }
    return Tensors.of(chosen, chosen.length);
  }

  /** Feature buckets of a step's items, [U, F]. */
  Tensor buckets(StepItems items) {
    long[] chosen = new long[items.count() * maxFeatures];
    for (int place = 0; place < items.count(); place++) {
      System.arraycopy(
          buckets, items.number(place) * maxFeatures, chosen, place * maxFeatures, maxFeatures);
    }
    return Tensors.of(chosen, items.count(), maxFeatures);
  }

  /** Id rows of the catalogue, [V]. */
  Tensor rows() {
    return Tensors.of(rows, rows.length);
  }

  /** Feature buckets of the catalogue, [V, F]. */
  Tensor buckets() {
    return Tensors.of(buckets, rows.length, maxFeatures);
  }
}
