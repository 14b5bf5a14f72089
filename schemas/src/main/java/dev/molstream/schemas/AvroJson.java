package dev.molstream.schemas;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records as the JSON a person would write: plain objects without Avro's union tags.
 *
 * <table>
 * <caption>Avro and JSON</caption>
 * <tr><td>record, map</td><td>object; fields left out take their defaults</td></tr>
 * <tr><td>optional (union with null)</td><td>the value; null is left out when writing</td></tr>
 * <tr><td>enum, string</td><td>string</td></tr>
 * <tr><td>timestamp</td><td>milliseconds since 1970 UTC; when reading also ISO-8601 text such as
 * {@code "2026-11-22T10:00:00Z"}</td></tr>
 * <tr><td>bytes</td><td>base64 text</td></tr>
 * </table>
 *
 * <p>Nothing is guessed: unknown and repeated fields, values of another type or out of range are
 * refused with a {@link RecordFormatException} naming the field, the value and what is valid.
 * Thread-safe.
 */
public final class AvroJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static {
    TrustedRecords.declare();
  }

  private AvroJson() {}

  /**
   * Reads one record.
   *
   * @param json UTF-8 text of one JSON object
   * @throws RecordFormatException when it is not the JSON form of the record
   */
  public static <T extends SpecificRecord> T read(byte[] json, Class<T> type) {
    SpecificData model = SpecificData.getForClass(type);
    JsonNode tree = parse(json, type);
    return type.cast(
        new JsonToRecord(model).record(model.getSchema(type), tree, JsonPath.of(type)));
  }

  /**
   * Writes one record as UTF-8 text on one line.
   *
   * @throws RecordFormatException when a required value is missing or a number is not finite
   */
  public static byte[] write(SpecificRecord record) {
    JsonNode tree = RecordToJson.object(record, JsonPath.of(record.getClass()));
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw JsonPath.of(record.getClass()).unwritable(e.getOriginalMessage());
    }
  }

  private static JsonNode parse(byte[] json, Class<?> type) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      JsonLocation place = e.getLocation();
      throw JsonPath.of(type)
          .refuse(
              "is not JSON at line %d, column %d: %s"
                  .formatted(place.getLineNr(), place.getColumnNr(), e.getOriginalMessage()));
    } catch (IOException e) {
      throw JsonPath.of(type).refuse("is not JSON: " + e.getMessage());
    }
  }
}
