package dev.molstream.schemas;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding of one record type.
 *
 * <pre>
 * 0     1     2                10
 * | C3  | 01  | CRC-64-AVRO of   | the record in Avro's binary encoding …
 *               the writer schema
 *               (little-endian)
 * </pre>
 *
 * <p>Thread-safe; schemas are resolved once per writer schema, not per record.
 */
final class SingleObjectFormat<T extends SpecificRecord> {
  private static final int HEADER_BYTES = 10;
  private static final int FINGERPRINT_OFFSET = 2;

  private final String name;
  private final Schema schema;
  private final SpecificData model;
  private final SchemaStore history;
  private final BinaryMessageEncoder<T> encoder;
  private final Map<Long, DatumReader<T>> readers = new ConcurrentHashMap<>();

  SingleObjectFormat(Class<T> type) {
    this.name = type.getSimpleName();
    this.model = SpecificData.getForClass(type);
    this.schema = model.getSchema(type);
    this.history = SchemaHistory.of(schema);
    // Buffers per thread inside, and a copy of exactly the encoded size comes out.
    this.encoder = new BinaryMessageEncoder<>(model, schema);
  }

  byte[] write(T record) {
    try {
      return encoder.encode(record).array();
    } catch (IOException | RuntimeException e) {
      throw new RecordFormatException(
          RecordFormatException.Problem.UNWRITABLE,
          name + " cannot be written: " + e.getMessage(),
          e);
    }
  }

  T read(byte[] bytes) {
    DatumReader<T> reader = readerFor(bytes);
    BoundedDecoder decoder = new BoundedDecoder(bytes, HEADER_BYTES);
    T record;
    try {
      record = reader.read(null, decoder);
    } catch (IOException | RuntimeException e) {
      throw new RecordFormatException(
          RecordFormatException.Problem.MALFORMED,
          "%s is damaged at byte %d of %d: %s"
              .formatted(name, decoder.position(), bytes.length, e.getMessage()),
          e);
    }
    if (decoder.remainingBytes() > 0) {
      throw new RecordFormatException(
          RecordFormatException.Problem.MALFORMED,
          "%s ends at byte %d, but %d more bytes follow"
              .formatted(name, decoder.position(), decoder.remainingBytes()),
          null);
    }
    return record;
  }

  private DatumReader<T> readerFor(byte[] bytes) {
    if (bytes.length < HEADER_BYTES || bytes[0] != (byte) 0xC3 || bytes[1] != 0x01) {
      throw new RecordFormatException(
          RecordFormatException.Problem.UNMARKED,
          "%s must start with C3 01 and a schema fingerprint (Avro single-object encoding), or be JSON with the header content-type: application/json; got %d bytes%s"
              .formatted(name, bytes.length, beginning(bytes)),
          null);
    }
    long fingerprint =
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(FINGERPRINT_OFFSET);
    DatumReader<T> reader = readers.get(fingerprint);
    return reader != null ? reader : newReader(fingerprint);
  }

  private DatumReader<T> newReader(long fingerprint) {
    Schema writer = history.findByFingerprint(fingerprint);
    if (writer == null) {
      throw new RecordFormatException(
          RecordFormatException.Problem.UNKNOWN_SCHEMA,
          "%s was written with a schema not known here (fingerprint %016x): known are the current one and those in its history"
              .formatted(name, fingerprint),
          null);
    }
    @SuppressWarnings("unchecked") // the model creates records of the reader schema's class
    DatumReader<T> reader = (DatumReader<T>) model.createDatumReader(writer, schema);
    readers.put(fingerprint, reader);
    return reader;
  }

  private static String beginning(byte[] bytes) {
    int shown = Math.min(bytes.length, 4);
    return shown == 0
        ? ""
        : " beginning " + HexFormat.ofDelimiter(" ").withUpperCase().formatHex(bytes, 0, shown);
  }
}
