package dev.molstream.updater;

import dev.molstream.model.FeatureSpec;
import dev.molstream.model.ItemContent;
import dev.molstream.model.ItemTower;
import dev.molstream.model.ItemVectors;
import dev.molstream.model.ModelManifest;
import dev.molstream.retrieval.MolShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Remembers its batches; a title's length is its base vector. A base vector from elsewhere gets a
 * gate of four and five times itself.
 */
final class FakeItemTower implements ItemTower {
  static final ModelManifest MODEL =
      new ModelManifest(
          "m1",
          Instant.EPOCH,
          "sasrec",
          "mol",
          new MolShape(1, 1, 2, 2, 1, 0.05f),
          1,
          new FeatureSpec(16, 4, 2),
          Map.of());

  static final String NOT_A_NUMBER = "answer me with NaN";
  static final String THROW = "throw at me";

  final List<List<ItemContent>> batches = new ArrayList<>();
  boolean acceptsBase = true;

  @Override
  public List<ItemVectors> embed(List<ItemContent> items) {
    batches.add(items);
    return items.stream().map(FakeItemTower::vectors).toList();
  }

  /** Item ids of all batches, in order. */
  List<List<String>> embeddedIds() {
    return batches.stream().map(batch -> batch.stream().map(ItemContent::itemId).toList()).toList();
  }

  @Override
  public boolean acceptsBase() {
    return acceptsBase;
  }

  @Override
  public ItemVectors fromBase(float[] base) {
    if (base[0] > 100) {
      throw new IllegalArgumentException("too large for the tower");
    }
    return new ItemVectors(base, new float[] {0, 1, 0, 1}, new float[] {4 * base[0], 5 * base[0]});
  }

  @Override
  public void close() {}

  private static ItemVectors vectors(ItemContent item) {
    if (item.title().equals(THROW)) {
      throw new IllegalStateException("the tower fell");
    }
    float value = item.title().equals(NOT_A_NUMBER) ? Float.NaN : item.title().length();
    return new ItemVectors(new float[] {value}, new float[] {1, 0}, new float[] {2, 3});
  }
}
