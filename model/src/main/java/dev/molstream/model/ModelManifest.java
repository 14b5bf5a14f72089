package dev.molstream.model;

import dev.molstream.retrieval.MolShape;
import java.time.Instant;
import java.util.Map;

/**
 * The contents of {@code model.json}, without the file digests.
 *
 * @param modelId letters, digits, '.', '_' and '-', 1 to 128
 * @param created when it was trained
 * @param encoder "hstu", "sasrec" or the name of one made elsewhere
 * @param similarity "mol" or "dot" (a dot product is MoL of shape 1×1×d)
 * @param shape sizes, with τ
 * @param maxHistory the most events the query tower reads, at least 1
 * @param features how item content becomes inputs
 * @param metrics what training measured, such as hr@10
 */
public record ModelManifest(
    String modelId,
    Instant created,
    String encoder,
    String similarity,
    MolShape shape,
    int maxHistory,
    FeatureSpec features,
    Map<String, Double> metrics) {

  public ModelManifest {
    metrics = Map.copyOf(metrics);
  }
}
