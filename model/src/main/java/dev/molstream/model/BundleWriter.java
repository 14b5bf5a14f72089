package dev.molstream.model;

import dev.molstream.retrieval.GatingNetwork;
import java.nio.file.Path;
import java.util.List;

/** Writes bundles. */
public final class BundleWriter {
  private BundleWriter() {}

  /**
   * Writes a bundle to {@code directory}, whole or not at all: into a temporary sibling first, then
   * renamed. An existing bundle there is replaced.
   */
  public static void write(
      Path directory,
      ModelManifest manifest,
      byte[] queryTowerOnnx,
      byte[] itemTowerOnnx,
      GatingNetwork gating,
      List<String> trainedItemIds) {
    throw new UnsupportedOperationException(
        "not yet: "
            + directory
            + manifest
            + queryTowerOnnx.length
            + itemTowerOnnx.length
            + gating
            + trainedItemIds);
  }
}
