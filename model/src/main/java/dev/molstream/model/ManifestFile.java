package dev.molstream.model;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.molstream.retrieval.MolShape;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@code model.json}: the manifest and the digests of the other files, under a format version.
 *
 * <p>Strict on purpose: another version, a missing or unknown field, a number in quotes are all
 * refused, so that a hand-written bundle does not silently mean something else. Metrics may have
 * any names.
 *
 * @param sha256 lower-case hex digest of each other file of the bundle
 */
record ManifestFile(ModelManifest manifest, Map<BundleFile, String> sha256) {
  private static final int FORMAT_VERSION = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** The file as written, field by field. */
  private record Json(
      int formatVersion,
      String modelId,
      String created,
      String encoder,
      String similarity,
      MolShape shape,
      int maxHistory,
      FeatureSpec features,
      Map<String, Double> metrics,
      Map<String, String> sha256) {}

  ManifestFile {
    sha256 = Map.copyOf(sha256);
  }

  byte[] toBytes() {
    Map<String, String> digests = new TreeMap<>();
    sha256.forEach((file, digest) -> digests.put(file.fileName(), digest));
    try {
      return JSON.writeValueAsBytes(
          new Json(
              FORMAT_VERSION,
              manifest.modelId(),
              manifest.created().toString(),
              manifest.encoder(),
              manifest.similarity(),
              manifest.shape(),
              manifest.maxHistory(),
              manifest.features(),
              new TreeMap<>(manifest.metrics()),
              digests));
    } catch (JacksonException e) {
      throw new IllegalStateException("a manifest is always JSON", e);
    }
  }

  /**
   * Reads the file's bytes.
   *
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static ManifestFile parse(byte[] bytes) {
    try {
      // The version first: another version may have other fields.
      JsonNode version = JSON.readTree(bytes).path("formatVersion");
      if (version.asInt(-1) != FORMAT_VERSION) {
        throw new IllegalArgumentException(
            "formatVersion is "
                + (version.isMissingNode() ? "missing" : version)
                + ", valid is "
                + FORMAT_VERSION);
      }
      Json json = bind(bytes);
      ModelManifest manifest =
          new ModelManifest(
              json.modelId,
              Instant.parse(json.created),
              json.encoder,
              json.similarity,
              json.shape,
              json.maxHistory,
              json.features,
              json.metrics);
      return new ManifestFile(manifest, digests(json.sha256));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "created \"" + e.getParsedString() + "\" is not a time such as 2026-01-31T12:00:00Z", e);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory are always readable", e);
    }
  }

  private static Json bind(byte[] bytes) throws IOException {
    try {
      return JSON.readValue(bytes, Json.class);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(problem(bytes, e), e);
    }
  }

  private static Map<BundleFile, String> digests(Map<String, String> byName) {
    Map<BundleFile, String> digests = new TreeMap<>();
    for (BundleFile file : BundleFile.values()) {
      String digest = byName.get(file.fileName());
      if (digest != null) {
        digests.put(file, digest);
      } else if (file.isRequired()) {
        throw new IllegalArgumentException("sha256 has no digest of " + file.fileName());
      }
    }
    if (byName.size() != digests.size()) {
      throw new IllegalArgumentException(
          "sha256 lists the files "
              + new TreeMap<>(byName).keySet()
              + ", valid are those of a bundle");
    }
    return digests;
  }

  private static String problem(byte[] bytes, JsonMappingException e) throws IOException {
    List<String> path =
        e.getPath().stream().map(reference -> String.valueOf(reference.getFieldName())).toList();
    String field = "field " + String.join(".", path);
    if (e instanceof UnrecognizedPropertyException unknown) {
      return field + " is unknown, valid are " + new TreeSet<>(unknown.getKnownPropertyIds());
    }
    if (e instanceof ValueInstantiationException && e.getCause() != null) {
      return field + ": " + e.getCause().getMessage(); // a record's own check
    }
    JsonNode value = JSON.readTree(bytes);
    for (String name : path) {
      value = value.path(name);
    }
    if (value.isMissingNode()) {
      return field + " is missing";
    }
    return e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
        ? field + " is " + value + ", valid is " + inWords(mismatch.getTargetType())
        : field + ": " + e.getOriginalMessage();
  }

  private static String inWords(Class<?> type) {
    if (type == int.class) {
      return "a whole number";
    }
    if (type == float.class || type == Double.class) {
      return "a number";
    }
    return type == String.class ? "a text" : "an object";
  }
}
