package dev.molstream.model;

import dev.molstream.retrieval.GatingNetwork;
import java.nio.file.Path;
import java.util.List;

/** A verified bundle on disk. Immutable; any thread. */
public interface ModelBundle {
  /**
   * Reads and verifies a bundle: every file's SHA-256, every shape, and a forward pass of both
   * towers.
   *
   * @throws InvalidBundleException naming what is wrong
   */
  static ModelBundle read(Path directory) {
    throw new UnsupportedOperationException("not yet: " + directory);
  }

  /** The contents of model.json. */
  ModelManifest manifest();

  /** The cross gate's weights. */
  GatingNetwork gating();

  /** The ids training saw; row r+1 of the id table belongs to the r-th. */
  List<String> trainedItemIds();

  /** A new query tower, to be closed by the caller. */
  QueryTower openQueryTower();

  /** A new item tower, to be closed by the caller. */
  ItemTower openItemTower();
}
