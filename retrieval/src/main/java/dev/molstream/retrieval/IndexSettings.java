package dev.molstream.retrieval;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where and for what an index is opened.
 *
 * @param directory holds the index files of this model; created when missing; one process at a time
 * @param modelId letters, digits, '.', '_' and '-'
 * @param shape the model's sizes
 * @param gating the model's cross gate
 * @param expectedItems how many items to size the store for at first, at least 1
 * @param format how vectors are held
 */
public record IndexSettings(
    Path directory,
    String modelId,
    MolShape shape,
    GatingNetwork gating,
    long expectedItems,
    VectorFormat format) {

  private static final Pattern MODEL_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  public IndexSettings {
    if (!MODEL_ID.matcher(modelId).matches()) {
      throw new IllegalArgumentException(
          "model id '" + modelId + "' is not 1 to 128 letters, digits, '.', '_' or '-'");
    }
    if (expectedItems < 1) {
      throw new IllegalArgumentException("expectedItems " + expectedItems + " is not at least 1");
    }
    if (gating.hiddenBias().length != shape.gateHidden()
        || gating.outputBias().length != shape.logits()) {
      throw new IllegalArgumentException("the gating network is not of the shape " + shape);
    }
  }

  /** Settings with vectors in {@link VectorFormat#FLOAT32}. */
  public IndexSettings(
      Path directory, String modelId, MolShape shape, GatingNetwork gating, long expectedItems) {
    this(directory, modelId, shape, gating, expectedItems, VectorFormat.FLOAT32);
  }
}
