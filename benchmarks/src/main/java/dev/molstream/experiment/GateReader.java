package dev.molstream.experiment;

import dev.molstream.model.ItemHeads;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.TopK;
import dev.molstream.retrieval.kernel.ReferenceScorer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Reads the gates π of queries and items of an index. One thread. */
final class GateReader implements AutoCloseable {
  private final MolShape shape;
  private final ItemIndex index;
  private final ItemHeads heads;
  private final ReferenceScorer scorer;
  private final float[] bases;
  private final float[] components;
  private final float[] gates;

  /**
   * A reader.
   *
   * @param gating the cross gate to use, the bundle's or another of its shape
   * @param index whose base vectors are those of the bundle's item tower
   */
  GateReader(ModelBundle bundle, GatingNetwork gating, ItemIndex index) {
    this.shape = bundle.manifest().shape();
    this.index = index;
    this.heads = bundle.openItemHeads();
    this.scorer = new ReferenceScorer(shape, gating);
    this.bases = new float[ItemHeads.BATCH * shape.baseDimension()];
    this.components = new float[ItemHeads.BATCH * shape.itemFloats()];
    this.gates = new float[ItemHeads.BATCH * shape.logits()];
  }

  /** Adds the query's gates with the items found. */
  void read(MolQuery query, TopK found, GateStatistics statistics) {
    read(query, IntStream.range(0, found.size()).mapToObj(found::itemId).toList(), statistics);
  }

  /**
   * Adds the query's gates with each item.
   *
   * @throws IllegalArgumentException naming an item that the index does not hold
   */
  void read(MolQuery query, List<String> itemIds, GateStatistics statistics) {
    for (int from = 0; from < itemIds.size(); from += ItemHeads.BATCH) {
      int count = Math.min(ItemHeads.BATCH, itemIds.size() - from);
      for (int i = 0; i < count; i++) {
        String id = itemIds.get(from + i);
        if (!index.copyBase(id, bases, i * shape.baseDimension())) {
          throw new IllegalArgumentException("item " + id + " is not in the index");
        }
      }
      heads.run(count, bases, components, gates);
      for (int i = 0; i < count; i++) {
        statistics.add(
            scorer.gates(
                query.components(),
                query.gate(),
                part(components, i, shape.itemFloats()),
                part(gates, i, shape.logits())));
      }
    }
  }

  private static float[] part(float[] all, int number, int length) {
    return Arrays.copyOfRange(all, number * length, (number + 1) * length);
  }

  @Override
  public void close() {
    heads.close();
  }
}
