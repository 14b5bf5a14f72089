package dev.molstream.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints results as JSON, one object per line. */
final class JsonLines {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintWriter out;

  JsonLines(PrintWriter out) {
    this.out = out;
  }

  /** Prints an object whose first field is {@code "event"}; the others alternate name and value. */
  void print(String event, @Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    print(event, fields);
  }

  /** Prints an object whose first field is {@code "event"}, then the others. */
  void print(String event, Map<String, @Nullable Object> others) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("event", event);
    fields.putAll(others);
    try {
      out.println(JSON.writeValueAsString(fields));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + fields, e);
    }
  }
}
