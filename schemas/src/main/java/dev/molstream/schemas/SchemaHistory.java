package dev.molstream.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.SchemaStore;
import org.jspecify.annotations.Nullable;

/**
 * Every schema one record type was ever written with: the current one and the resources {@code
 * history/NAME.1.avsc}, {@code history/NAME.2.avsc} and so on, oldest first. Whoever changes a
 * schema that is in use copies the old one there, under the next number; readers then resolve the
 * difference by name, with defaults for what is missing.
 */
final class SchemaHistory implements SchemaStore {
  private final Map<Long, Schema> byFingerprint;

  private SchemaHistory(Map<Long, Schema> byFingerprint) {
    this.byFingerprint = Map.copyOf(byFingerprint);
  }

  /** The history of the record type whose current schema is {@code current}. */
  static SchemaHistory of(Schema current) {
    Map<Long, Schema> schemas = new HashMap<>();
    schemas.put(SchemaNormalization.parsingFingerprint64(current), current);
    for (int version = 1; ; version++) {
      Schema older = older(current.getName(), version);
      if (older == null) {
        return new SchemaHistory(schemas);
      }
      schemas.putIfAbsent(SchemaNormalization.parsingFingerprint64(older), older);
    }
  }

  /** The {@code version}th schema that is no longer current, from 1; null past the last one. */
  static @Nullable Schema older(String recordName, int version) {
    String resource = "history/%s.%d.avsc".formatted(recordName, version);
    try (InputStream text = SchemaHistory.class.getResourceAsStream(resource)) {
      return text == null ? null : new Schema.Parser().parse(text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the schema " + resource, e);
    }
  }

  /** The schema with this CRC-64-AVRO fingerprint of its parsing canonical form, or null. */
  @Override
  public @Nullable Schema findByFingerprint(long fingerprint) {
    return byFingerprint.get(fingerprint);
  }
}
