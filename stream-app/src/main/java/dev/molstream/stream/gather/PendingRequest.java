package dev.molstream.stream.gather;

import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.ShardQuery;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A request whose query is with the shards: all that is needed to ask them again and to answer.
 *
 * @param query what the shards were asked
 * @param draft the answer but for its items and what is proven about them
 * @param key of the answer's record
 * @param headers of the answer's record
 */
@SuppressWarnings("ArrayRecordComponent") // as Kafka has it, and never changed
record PendingRequest(
    ShardQuery query, Recommendations draft, byte @Nullable [] key, Headers headers) {
  private static final int VERSION = 1;
  private static final int NULL = -1;

  /** The same, asked for again until another deadline. */
  PendingRequest with(ShardQuery again) {
    return new PendingRequest(again, draft, key, headers);
  }

  /**
   * A version (1 byte), then key, query, draft and for each header its name and its value, every
   * one of them as its length (4 bytes, big-endian, -1 for null) and its bytes.
   */
  static Serde<PendingRequest> serde() {
    AvroSerde<ShardQuery> queries = AvroSerde.of(ShardQuery.class);
    AvroSerde<Recommendations> drafts = AvroSerde.of(Recommendations.class);
    return Serdes.serdeFrom(
        writer(queries.serializer(), drafts.serializer()),
        reader(queries.deserializer(), drafts.deserializer()));
  }

  private static Serializer<PendingRequest> writer(
      Serializer<ShardQuery> queries, Serializer<Recommendations> drafts) {
    return (topic, pending) -> {
      if (pending == null) {
        return null;
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.writeByte(VERSION);
        write(out, pending.key);
        write(out, queries.serialize(topic, pending.query));
        write(out, drafts.serialize(topic, pending.draft));
        Header[] headers = pending.headers.toArray();
        out.writeInt(headers.length);
        for (Header header : headers) {
          out.writeUTF(header.key());
          write(out, header.value());
        }
      } catch (IOException e) {
        throw new UncheckedIOException("a pending request cannot be written", e);
      }
      return bytes.toByteArray();
    };
  }

  private static Deserializer<PendingRequest> reader(
      Deserializer<ShardQuery> queries, Deserializer<Recommendations> drafts) {
    return new Deserializer<>() {
      @Override
      public @Nullable PendingRequest deserialize(String topic, byte @Nullable [] bytes) {
        return bytes == null ? null : read(topic, bytes, queries, drafts);
      }
    };
  }

  private static PendingRequest read(
      String topic,
      byte[] bytes,
      Deserializer<ShardQuery> queries,
      Deserializer<Recommendations> drafts) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalStateException(
            "a pending request has format %d, this version reads %d".formatted(version, VERSION));
      }
      byte[] key = read(in);
      ShardQuery query = queries.deserialize(topic, read(in));
      Recommendations draft = drafts.deserialize(topic, read(in));
      int count = in.readInt();
      List<Header> headers = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        headers.add(new RecordHeader(in.readUTF(), read(in)));
      }
      return new PendingRequest(query, draft, key, new RecordHeaders(headers));
    } catch (IOException e) {
      throw new UncheckedIOException("a pending request cannot be read", e);
    }
  }

  private static void write(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
    if (bytes == null) {
      out.writeInt(NULL);
    } else {
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  private static byte @Nullable [] read(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length == NULL ? null : in.readNBytes(length);
  }
}
