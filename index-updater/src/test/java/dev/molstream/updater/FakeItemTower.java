package dev.molstream.updater;

import dev.molstream.model.ItemContent;
import dev.molstream.model.ItemTower;
import dev.molstream.model.ItemVectors;
import java.util.ArrayList;
import java.util.List;

/** Remembers its batches; a title's length is its base vector. */
final class FakeItemTower implements ItemTower {
  static final String NOT_A_NUMBER = "answer me with NaN";
  static final String THROW = "throw at me";

  final List<List<ItemContent>> batches = new ArrayList<>();

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
  public void close() {}

  private static ItemVectors vectors(ItemContent item) {
    if (item.title().equals(THROW)) {
      throw new IllegalStateException("the tower fell");
    }
    float value = item.title().equals(NOT_A_NUMBER) ? Float.NaN : item.title().length();
    return new ItemVectors(new float[] {value}, new float[] {1, 0}, new float[] {2, 3});
  }
}
