package dev.molstream.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.molstream.retrieval.MolShape;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@code model.json}: the manifest and the digests of the other files, under a format version.
 * Metrics may have any names.
 *
 * @param sha256 lower-case hex digest of each other file of the bundle
 */
record ManifestFile(ModelManifest manifest, Map<BundleFile, String> sha256) {
  private static final int FORMAT_VERSION = 1;

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
    return StrictJson.write(
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
  }

  /**
   * Reads the file's bytes.
   *
   * @throws IllegalArgumentException in one line, without the file's name
   */
  static ManifestFile parse(byte[] bytes) {
    // The version first: another version may have other fields.
    JsonNode version = StrictJson.object(bytes).path("formatVersion");
    if (version.asInt(-1) != FORMAT_VERSION) {
      throw new IllegalArgumentException(
          "formatVersion is "
              + (version.isMissingNode() ? "missing" : version)
              + ", valid is "
              + FORMAT_VERSION);
    }
    Json json = StrictJson.read(bytes, Json.class);
    try {
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
    Set<String> valid = new TreeSet<>();
    digests.keySet().forEach(file -> valid.add(file.fileName()));
    for (String name : new TreeSet<>(byName.keySet())) {
      if (!valid.contains(name)) {
        throw new IllegalArgumentException("sha256 lists " + name + ", valid are " + valid);
      }
    }
    return digests;
  }
}
