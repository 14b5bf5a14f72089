package dev.molstream.model;

import java.nio.file.Path;

/** The files of a bundle besides {@code model.json}, which holds their digests. */
enum BundleFile {
  QUERY_TOWER("query-tower.onnx"),
  ITEM_TOWER("item-tower.onnx"),
  GATING("gating.safetensors"),
  ITEM_IDS("item-ids.txt"),
  /** Optional: {@link TrainedWeights}. */
  WEIGHTS("weights.safetensors");

  static final String MANIFEST = "model.json";

  private final String fileName;

  BundleFile(String fileName) {
    this.fileName = fileName;
  }

  /** Whether every bundle has it. */
  boolean isRequired() {
    return this != WEIGHTS;
  }

  String fileName() {
    return fileName;
  }

  Path in(Path directory) {
    return directory.resolve(fileName);
  }
}
