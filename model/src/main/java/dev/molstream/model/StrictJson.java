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
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * JSON that people write by hand, read into records: a missing or unknown field, a repeated one, a
 * number in quotes are all refused, so that a file does not silently mean something else.
 */
final class StrictJson {
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

  /** What the parser says to programmers. */
  private static final Pattern ADVICE = Pattern.compile(" \\(start marker at .*\\)|: enable `.*");

  private StrictJson() {}

  static byte[] write(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JacksonException e) {
      throw new IllegalStateException("records are always JSON", e);
    }
  }

  /**
   * The object that a file's bytes are.
   *
   * @throws IllegalArgumentException in one line
   */
  static ObjectNode object(byte[] bytes) {
    if (tree(bytes) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("is not a JSON object, valid is { … }");
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException in one line, naming the field, its value and what is valid
   */
  static <T> T read(byte[] bytes, Class<T> type) {
    try {
      return JSON.readValue(bytes, type);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(problem(bytes, e), e);
    } catch (JacksonException e) {
      throw notJson(e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory are always readable", e);
    }
  }

  private static JsonNode tree(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (JacksonException e) {
      throw notJson(e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory are always readable", e);
    }
  }

  private static IllegalArgumentException notJson(JacksonException e) {
    return new IllegalArgumentException(
        "is not JSON: line %d, column %d: %s"
            .formatted(
                e.getLocation().getLineNr(),
                e.getLocation().getColumnNr(),
                ADVICE.matcher(e.getOriginalMessage()).replaceAll("")),
        e);
  }

  private static String problem(byte[] bytes, JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    JsonNode value = tree(bytes);
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
        value = value.path(step.getIndex());
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
        value = value.path(step.getFieldName());
      }
    }
    String field = "field " + path;
    if (e instanceof UnrecognizedPropertyException unknown) {
      return field + " is unknown, valid are " + new TreeSet<>(unknown.getKnownPropertyIds());
    }
    if (e instanceof ValueInstantiationException && e.getCause() != null) {
      // A record's own check.
      return (path.isEmpty() ? "" : field + ": ") + e.getCause().getMessage();
    }
    if (value.isMissingNode()) {
      return field + " is missing";
    }
    return e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
        ? field + " is " + value + ", valid is " + inWords(mismatch.getTargetType())
        : field + ": " + e.getOriginalMessage();
  }

  private static String inWords(Class<?> type) {
    if (type == int.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type == float.class || type == Float.class || type == Double.class) {
      return "a number";
    }
    if (List.class.isAssignableFrom(type)) {
      return "a list";
    }
    return type == String.class ? "a text" : "an object";
  }
}
