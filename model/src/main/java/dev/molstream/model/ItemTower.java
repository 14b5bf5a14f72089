package dev.molstream.model;

import java.util.List;

/** Runs {@code item-tower.onnx}. One thread at a time; open one per thread. */
public interface ItemTower extends AutoCloseable {
  /**
   * Embeds the items, in their order, all or none.
   *
   * @throws IllegalArgumentException naming the item whose content embedding has another length
   *     than the feature spec's, or holds a value that is not finite
   * @throws IllegalStateException when the tower fails or gives values that are not finite, or is
   *     closed
   */
  List<ItemVectors> embed(List<ItemContent> items);

  /** True when components and gate follow from the base vector alone. */
  boolean acceptsBase();

  /**
   * Completes a base vector that was made elsewhere.
   *
   * @param base D floats
   * @throws IllegalArgumentException when {@code base} has another length, or when what follows
   *     from it cannot be indexed: a component not of length 1, a number that is not usable
   * @throws IllegalStateException when the tower fails, accepts no such vectors, or is closed
   */
  ItemVectors fromBase(float[] base);

  /** Frees native memory; a second call does nothing. */
  @Override
  void close();
}
