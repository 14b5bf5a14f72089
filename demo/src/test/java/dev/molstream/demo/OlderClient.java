package dev.molstream.demo;

import dev.molstream.schemas.AvroSerde;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.SchemaStore;

/** Reads and writes as a client does that was built against the first release's schemas. */
final class OlderClient {
  private OlderClient() {}

  /** The first schema of a record that has changed since. */
  static Schema schema(String record) {
    try (InputStream text =
        AvroSerde.class.getResourceAsStream("history/%s.1.avsc".formatted(record))) {
      return new Schema.Parser().parse(Objects.requireNonNull(text, record));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In Avro's single-object encoding. */
  static byte[] singleObject(String record, Map<String, Object> values) {
    try {
      ByteBuffer bytes =
          new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema(record))
              .encode(filled(schema(record), values));
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads today's record as the first release's; {@code today} comes to it as a file. */
  static GenericRecord readSingleObject(String record, Schema today, byte[] bytes) {
    SchemaStore.Cache known = new SchemaStore.Cache();
    known.addSchema(today);
    try {
      return new BinaryMessageDecoder<GenericRecord>(new GenericData(), schema(record), known)
          .decode(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the Confluent wire format. */
  static byte[] confluent(String record, int id, Map<String, Object> values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ByteBuffer.allocate(5).putInt(1, id).array());
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      new GenericDatumWriter<GenericRecord>(schema(record))
          .write(filled(schema(record), values), encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads the Confluent wire format as the first release's record. */
  static GenericRecord readConfluent(String record, Schema writer, byte[] bytes) {
    try {
      return new GenericDatumReader<GenericRecord>(writer, schema(record), new GenericData())
          .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GenericRecord filled(Schema schema, Map<String, Object> values) {
    GenericRecordBuilder builder = new GenericRecordBuilder(schema);
    values.forEach(builder::set);
    return builder.build();
  }
}
