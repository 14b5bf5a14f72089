package dev.molstream.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** Turns records into a JSON tree, leaving out what is null; see {@link AvroJson}. */
final class RecordToJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private RecordToJson() {}

  static ObjectNode object(IndexedRecord record, JsonPath path) {
    ObjectNode object = JSON.objectNode();
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (value != null) {
        object.set(field.name(), value(value, path.field(field.name())));
      } else if (!field.schema().isNullable()) {
        throw path.field(field.name()).unwritable("is null, but required");
      }
    }
    return object;
  }

  private static JsonNode value(@Nullable Object value, JsonPath path) {
    return switch (value) {
      case null -> throw path.unwritable("is null, but required");
      case IndexedRecord record -> object(record, path);
      case List<?> list -> array(list, path);
      case Map<?, ?> map -> map(map, path);
      case CharSequence text -> JSON.textNode(text.toString());
      case Enum<?> symbol -> JSON.textNode(symbol.name());
      case Boolean flag -> JSON.booleanNode(flag);
      case Integer number -> JSON.numberNode(number);
      case Long number -> JSON.numberNode(number);
      case Float number -> {
        requireFinite(number, path);
        yield JSON.numberNode(number);
      }
      case Double number -> {
        requireFinite(number, path);
        yield JSON.numberNode(number);
      }
      case Instant time -> JSON.numberNode(millis(time, path));
      case ByteBuffer bytes -> JSON.binaryNode(copy(bytes));
      default -> throw path.unwritable("has no JSON form: " + value.getClass().getName());
    };
  }

  private static ArrayNode array(List<?> list, JsonPath path) {
    ArrayNode array = JSON.arrayNode(list.size());
    for (int i = 0; i < list.size(); i++) {
      array.add(value(list.get(i), path.element(i)));
    }
    return array;
  }

  private static ObjectNode map(Map<?, ?> map, JsonPath path) {
    ObjectNode object = JSON.objectNode();
    map.forEach(
        (key, value) -> object.set(key.toString(), value(value, path.field(key.toString()))));
    return object;
  }

  private static long millis(Instant time, JsonPath path) {
    try {
      return time.toEpochMilli();
    } catch (ArithmeticException e) {
      throw path.unwritable("is " + time + ": too far for milliseconds");
    }
  }

  private static byte[] copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return copy;
  }

  private static void requireFinite(double number, JsonPath path) {
    if (!Double.isFinite(number)) {
      throw path.unwritable("is " + number + ": valid is a finite number");
    }
  }
}
