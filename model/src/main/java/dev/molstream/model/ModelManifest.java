package dev.molstream.model;

import dev.molstream.retrieval.MolShape;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The contents of {@code model.json}, without the file digests.
 *
 * @param modelId letters, digits, '.', '_' and '-', 1 to 128
 * @param created when it was trained
 * @param encoder "hstu", "sasrec" or the name of one made elsewhere; characters as in a model id
 * @param similarity "mol" or "dot" (a dot product is MoL of shape 1×1×d)
 * @param shape sizes, with τ
 * @param maxHistory the most events the query tower reads, 1 to 10,000
 * @param features how item content becomes inputs
 * @param metrics what training measured, such as hr@10; any names, finite values
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

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  public ModelManifest {
    requireName("modelId", modelId);
    requireName("encoder", encoder);
    if (!similarity.equals("mol") && !similarity.equals("dot")) {
      throw new IllegalArgumentException("similarity \"" + similarity + "\" is not mol or dot");
    }
    if (similarity.equals("dot") && shape.logits() != 1) {
      throw new IllegalArgumentException(
          "similarity dot has shape " + shape + ", valid is 1x1x" + shape.componentDimension());
    }
    requireRange("maxHistory", maxHistory, 1, 10_000);
    metrics = Map.copyOf(metrics);
    metrics.forEach(
        (name, value) -> {
          if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                "metric " + name + " is " + value + ", valid is a finite number");
          }
        });
  }

  static void requireRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " " + value + " is not within " + least + " to " + most);
    }
  }

  private static void requireName(String field, String value) {
    if (!NAME.matcher(value).matches()) {
      throw new IllegalArgumentException(
          field + " \"" + value + "\" is not 1 to 128 letters (a to z), digits, '.', '_' and '-'");
    }
  }
}
