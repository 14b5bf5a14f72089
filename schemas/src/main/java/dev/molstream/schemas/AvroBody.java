package dev.molstream.schemas;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * The record that follows a format's marker, in Avro's binary encoding. Thread-safe.
 *
 * @param <T> a record generated in this package
 */
final class AvroBody<T extends SpecificRecord> {
  private final String name;
  private final SpecificData model;
  private final Schema schema;

  AvroBody(Class<T> type) {
    this.name = type.getSimpleName();
    this.model = SpecificData.getForClass(type);
    this.schema = model.getSchema(type);
  }

  /** The record's name, for messages. */
  String name() {
    return name;
  }

  /** What turns Avro values into generated records. */
  SpecificData model() {
    return model;
  }

  /** The current schema, which everything is read as. */
  Schema schema() {
    return schema;
  }

  /** Reads what was written with {@code writer} as the current record; costly, keep it. */
  @SuppressWarnings("unchecked") // the model creates records of the reader schema's class
  DatumReader<T> readerOf(Schema writer) {
    return (DatumReader<T>) model.createDatumReader(writer, schema);
  }

  /**
   * Reads the record that fills {@code bytes} from {@code start} to the end.
   *
   * @throws RecordFormatException when it does not
   */
  T read(byte[] bytes, int start, DatumReader<T> reader) {
    BoundedDecoder decoder = new BoundedDecoder(bytes, start);
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
}
