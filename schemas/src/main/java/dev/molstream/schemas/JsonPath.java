package dev.molstream.schemas;

import org.jspecify.annotations.Nullable;

/**
 * The place of a value in a record, for messages: {@code
 * RecommendationRequest.filters.categories[1]}.
 *
 * @param parent the place of the enclosing value; null for the record itself
 * @param step what leads from there to here
 */
record JsonPath(@Nullable JsonPath parent, String step) {
  static JsonPath of(Class<?> type) {
    return new JsonPath(null, type.getSimpleName());
  }

  JsonPath field(String name) {
    return new JsonPath(this, "." + RecordFormatException.shown(name));
  }

  JsonPath element(int index) {
    return new JsonPath(this, "[" + index + "]");
  }

  /** The error for JSON that is not the record's: {@code PATH COMPLAINT}. */
  RecordFormatException refuse(String complaint) {
    return new RecordFormatException(
        RecordFormatException.Problem.INVALID_JSON, this + " " + complaint, null);
  }

  /** The error for a record that has no JSON form: {@code PATH COMPLAINT}. */
  RecordFormatException unwritable(String complaint) {
    return new RecordFormatException(
        RecordFormatException.Problem.UNWRITABLE, this + " " + complaint, null);
  }

  @Override
  public String toString() {
    return parent == null ? step : parent + step;
  }
}
