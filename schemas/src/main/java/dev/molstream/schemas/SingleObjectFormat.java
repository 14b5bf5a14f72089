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
  /** Bytes before the record. */
  static final int HEADER_BYTES = 10;

  private static final int FINGERPRINT_OFFSET = 2;

  private final AvroBody<T> body;
  private final SchemaStore history;
  private final BinaryMessageEncoder<T> encoder;
  private final Map<Long, DatumReader<T>> readers = new ConcurrentHashMap<>();

  SingleObjectFormat(AvroBody<T> body) {
    this.body = body;
    this.history = SchemaHistory.of(body.schema());
    // Buffers per thread inside, and a copy of exactly the encoded size comes out.
    this.encoder = new BinaryMessageEncoder<>(body.model(), body.schema());
  }

  byte[] write(T record) {
    try {
      return encoder.encode(record).array();
    } catch (IOException | RuntimeException e) {
      throw new RecordFormatException(
          RecordFormatException.Problem.UNWRITABLE,
          body.name() + " cannot be written: " + e.getMessage(),
          e);
    }
  }

  T read(byte[] bytes) {
    return body.read(bytes, HEADER_BYTES, readerFor(bytes));
  }

  private DatumReader<T> readerFor(byte[] bytes) {
    if (bytes.length < HEADER_BYTES || bytes[0] != (byte) 0xC3 || bytes[1] != 0x01) {
      throw new RecordFormatException(
          RecordFormatException.Problem.UNMARKED,
          "%s must start with C3 01 and a schema fingerprint (Avro single-object encoding), or be JSON with the header content-type: application/json; got %d bytes%s%s"
              .formatted(body.name(), bytes.length, beginning(bytes), hint(bytes)),
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
              .formatted(body.name(), fingerprint),
          null);
    }
    DatumReader<T> reader = body.readerOf(writer);
    readers.put(fingerprint, reader);
    return reader;
  }

  private static String beginning(byte[] bytes) {
    int shown = Math.min(bytes.length, 4);
    return shown == 0
        ? ""
        : " beginning " + HexFormat.ofDelimiter(" ").withUpperCase().formatHex(bytes, 0, shown);
  }

  private static String hint(byte[] bytes) {
    return ConfluentFormat.isMarked(bytes)
        ? ", which may be the Confluent wire format: it is read where schema.registry.url is set"
        : "";
  }
}
