package dev.molstream.benchmark.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One result: names and values in order.
 *
 * @param fields a benchmark's first is {@code bench}, the kind of result
 */
public record Row(Map<String, Object> fields) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MathContext DIGITS = new MathContext(5);

  public Row {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** A row of the given kind without further fields. */
  public static Row of(String kind) {
    return new Row(Map.of("bench", kind));
  }

  /** The row and one more field; numbers that are not whole keep five digits. */
  public Row with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(fields);
    more.put(name, value instanceof Double number ? rounded(number) : value);
    return new Row(more);
  }

  /** The row and the other's fields; of those that both have, the other's. */
  public Row withAll(Row other) {
    Map<String, Object> more = new LinkedHashMap<>(fields);
    more.putAll(other.fields);
    return new Row(more);
  }

  /** The kind of result. */
  public String kind() {
    return Objects.requireNonNull(text("bench"));
  }

  /** A field as text, or null when there is none of that name. */
  public @Nullable String text(String name) {
    Object value = fields.get(name);
    return value == null ? null : value.toString();
  }

  /** A field as a number; NaN when there is no number of that name. */
  public double number(String name) {
    return fields.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** The row as a JSON object on one line. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + fields, e);
    }
  }

  private static Object rounded(double number) {
    return Double.isFinite(number)
        ? new BigDecimal(number).round(DIGITS).doubleValue()
        : (Object) number;
  }
}
