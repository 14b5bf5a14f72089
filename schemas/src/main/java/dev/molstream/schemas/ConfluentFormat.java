package dev.molstream.schemas;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * The Confluent wire format of one record type.
 *
 * <pre>
 * 0     1                5
 * | 00  | schema id        | the record in Avro's binary encoding …
 *         (big-endian)
 * </pre>
 *
 * <p>Writes with the current schema, under the subject {@code TOPIC-value}. Thread-safe; the
 * registry is asked once per schema, not per record.
 */
final class ConfluentFormat<T extends SpecificRecord> {
  private static final byte MARKER = 0;
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  private final AvroBody<T> body;
  private final SchemaRegistry registry;
  private final Map<Integer, DatumReader<T>> readers = new ConcurrentHashMap<>();

  ConfluentFormat(AvroBody<T> body, SchemaRegistry registry) {
    this.body = body;
    this.registry = registry;
  }

  /** True when the bytes begin as this format does; no other format of ours does. */
  static boolean isMarked(byte[] bytes) {
    return bytes.length >= HEADER_BYTES && bytes[0] == MARKER;
  }

  /**
   * Writes a record for a topic.
   *
   * @param singleObject the record in Avro's single-object encoding: the same after its header
   * @throws SchemaRegistryException when the registry does not say the schema's id
   */
  byte[] write(String topic, byte[] singleObject) {
    int id = registry.idOf(topic + "-value", body.schema());
    int length = singleObject.length - SingleObjectFormat.HEADER_BYTES;
    return ByteBuffer.allocate(HEADER_BYTES + length)
        .put(MARKER)
        .putInt(id)
        .put(singleObject, SingleObjectFormat.HEADER_BYTES, length)
        .array();
  }

  /**
   * Reads a record that {@link #isMarked}.
   *
   * @throws RecordFormatException when the registry does not know its schema, or it does not fit
   * @throws SchemaRegistryException when the registry cannot be asked
   */
  T read(byte[] bytes) {
    int id = ByteBuffer.wrap(bytes).getInt(1);
    DatumReader<T> known = readers.get(id);
    return body.read(bytes, HEADER_BYTES, known != null ? known : newReader(id));
  }

  private DatumReader<T> newReader(int id) {
    Schema writer = registry.schema(id);
    if (writer == null) {
      throw unknown("id %d is not an Avro schema in the registry".formatted(id));
    }
    if (SchemaCompatibility.checkReaderWriterCompatibility(body.schema(), writer).getType()
        != SchemaCompatibilityType.COMPATIBLE) {
      throw unknown(
          "id %d is %s, which cannot be read as the current schema"
              .formatted(id, writer.getFullName()));
    }
    DatumReader<T> reader = body.readerOf(writer);
    readers.put(id, reader);
    return reader;
  }

  private RecordFormatException unknown(String what) {
    return new RecordFormatException(
        RecordFormatException.Problem.UNKNOWN_SCHEMA,
        body.name() + " was written with a schema not usable here: " + what,
        null);
  }
}
