package dev.molstream.model;

import java.util.List;

/** Runs {@code item-tower.onnx}. One thread at a time; open one per thread. */
public interface ItemTower extends AutoCloseable {
  /** Embeds the items in one batch, in their order. */
  List<ItemVectors> embed(List<ItemContent> items);

  @Override
  void close();
}
