package dev.molstream.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/** Builds records from a JSON tree by walking the schema beside it; see {@link AvroJson}. */
final class JsonToRecord {
  private final SpecificData model;

  /** Creates records of {@code model}'s classes. */
  JsonToRecord(SpecificData model) {
    this.model = model;
  }

  IndexedRecord record(Schema schema, JsonNode json, JsonPath path) {
    requireObject(json, path);
    requireKnownFields(schema, json, path);
    IndexedRecord record = (IndexedRecord) model.newRecord(null, schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode given = json.get(field.name());
      record.put(
          field.pos(),
          given == null
              ? defaultOf(field, path)
              : value(field.schema(), given, path.field(field.name())));
    }
    return record;
  }

  private @Nullable Object value(Schema schema, JsonNode json, JsonPath path) {
    return switch (schema.getType()) {
      case RECORD -> record(schema, json, path);
      case UNION -> json.isNull() ? null : value(nonNull(schema), json, path);
      case ARRAY -> list(schema, json, path);
      case MAP -> map(schema, json, path);
      case ENUM -> symbol(schema, json, path);
      case STRING -> text(json, path, "a string");
      case BYTES -> bytes(json, path);
      case BOOLEAN -> {
        require(json.isBoolean(), json, path, "true or false");
        yield json.booleanValue();
      }
      case INT -> {
        require(
            json.isIntegralNumber() && json.canConvertToInt(),
            json,
            path,
            "a whole number from %d to %d".formatted(Integer.MIN_VALUE, Integer.MAX_VALUE));
        yield json.intValue();
      }
      case LONG ->
          schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
              ? instant(json, path)
              : wholeNumber(json, path, "a whole number of 64 bits");
      case FLOAT -> {
        require(
            json.isNumber() && Float.isFinite(json.floatValue()),
            json,
            path,
            "a number within ±3.4e38");
        yield json.floatValue();
      }
      case DOUBLE -> {
        require(
            json.isNumber() && Double.isFinite(json.doubleValue()),
            json,
            path,
            "a number within ±1.7e308");
        yield json.doubleValue();
      }
      case FIXED, NULL ->
          throw new IllegalArgumentException(path + " has no JSON form: " + schema.getType());
    };
  }

  private List<@Nullable Object> list(Schema schema, JsonNode json, JsonPath path) {
    require(json.isArray(), json, path, "an array");
    List<@Nullable Object> values = new ArrayList<>(json.size());
    for (int i = 0; i < json.size(); i++) {
      values.add(value(schema.getElementType(), json.get(i), path.element(i)));
    }
    return values;
  }

  private Map<String, @Nullable Object> map(Schema schema, JsonNode json, JsonPath path) {
    requireObject(json, path);
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String key = entry.getKey();
      values.put(key, value(schema.getValueType(), entry.getValue(), path.field(key)));
    }
    return values;
  }

  private Object symbol(Schema schema, JsonNode json, JsonPath path) {
    String valid = "one of " + String.join(", ", schema.getEnumSymbols());
    String symbol = text(json, path, valid);
    require(schema.hasEnumSymbol(symbol), json, path, valid);
    return model.createEnum(symbol, schema);
  }

  private @Nullable Object defaultOf(Schema.Field field, JsonPath path) {
    if (!field.hasDefaultValue()) {
      throw path.field(field.name()).refuse("is missing and has no default");
    }
    // A copy: the record may be changed later, the default must not.
    return model.deepCopy(field.schema(), model.getDefaultValue(field));
  }

  private static Instant instant(JsonNode json, JsonPath path) {
    String valid = "milliseconds since 1970 UTC or a time such as \"2026-11-22T10:00:00Z\"";
    if (!json.isTextual()) {
      return Instant.ofEpochMilli(wholeNumber(json, path, valid));
    }
    try {
      return OffsetDateTime.parse(json.textValue()).toInstant();
    } catch (DateTimeException e) {
      throw mismatch(json, path, valid);
    }
  }

  private static long wholeNumber(JsonNode json, JsonPath path, String valid) {
    require(json.isIntegralNumber() && json.canConvertToLong(), json, path, valid);
    return json.longValue();
  }

  private static ByteBuffer bytes(JsonNode json, JsonPath path) {
    require(json.isTextual(), json, path, "base64 text");
    try {
      return ByteBuffer.wrap(json.binaryValue());
    } catch (IOException e) {
      throw mismatch(json, path, "base64 text");
    }
  }

  private static String text(JsonNode json, JsonPath path, String valid) {
    require(json.isTextual(), json, path, valid);
    return json.textValue();
  }

  private static Schema nonNull(Schema union) {
    List<Schema> branches =
        union.getTypes().stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    if (branches.size() != 1) {
      throw new IllegalArgumentException("no JSON form for the union " + union);
    }
    return branches.getFirst();
  }

  private static void requireObject(JsonNode json, JsonPath path) {
    require(json.isObject(), json, path, "a JSON object");
  }

  private static void requireKnownFields(Schema schema, JsonNode json, JsonPath path) {
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (schema.getField(name) == null) {
        throw path.field(name)
            .refuse(
                "is not a field: valid are "
                    + schema.getFields().stream()
                        .map(Schema.Field::name)
                        .collect(Collectors.joining(", ")));
      }
    }
  }

  private static void require(boolean fits, JsonNode json, JsonPath path, String valid) {
    if (!fits) {
      throw mismatch(json, path, valid);
    }
  }

  private static RecordFormatException mismatch(JsonNode json, JsonPath path, String valid) {
    String value = json.isMissingNode() ? "nothing" : RecordFormatException.shown(json.toString());
    return path.refuse("is %s: valid is %s".formatted(value, valid));
  }
}
