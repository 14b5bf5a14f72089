package dev.molstream.schemas;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Records as Kafka values: Avro single-object encoding, or the Confluent wire format where a {@link
 * WireFormat} says so, or JSON (see {@link AvroJson}) where the record's header {@code
 * content-type} is {@code application/json}. Values written with an older schema are read as the
 * current one. Null stays null.
 *
 * <pre>{@code
 * Serde<UserEvent> events = AvroSerde.of(UserEvent.class);
 * byte[] value = events.serializer().serialize("user-events", event);
 * }</pre>
 *
 * <p>Thread-safe, serializer and deserializer too; closing does nothing. Both throw {@link
 * RecordFormatException} for what they cannot write or read, and with a registry {@link
 * SchemaRegistryException} when it is needed and cannot be asked.
 *
 * @param <T> a record generated in this package
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
  /** The header that says how a value is written. */
  public static final String CONTENT_TYPE_HEADER = "content-type";

  /** The value of {@link #CONTENT_TYPE_HEADER} for JSON. */
  public static final String JSON = "application/json";

  private final Class<T> type;
  private final SingleObjectFormat<T> singleObject;
  private final @Nullable ConfluentFormat<T> confluent;

  AvroSerde(Class<T> type, @Nullable SchemaRegistry registry) {
    TrustedRecords.declare();
    this.type = type;
    AvroBody<T> body = new AvroBody<>(type);
    this.singleObject = new SingleObjectFormat<>(body);
    this.confluent = registry == null ? null : new ConfluentFormat<>(body, registry);
  }

  /**
   * The serde of the generated record {@code type} in single-object encoding; reads its schema
   * history once, here.
   */
  public static <T extends SpecificRecord> AvroSerde<T> of(Class<T> type) {
    return new AvroSerde<>(type, null);
  }

  /** True when the last {@code content-type} header says JSON; parameters and case are ignored. */
  public static boolean isJson(Headers headers) {
    Header header = headers.lastHeader(CONTENT_TYPE_HEADER);
    if (header == null || header.value() == null) {
      return false;
    }
    String value = new String(header.value(), StandardCharsets.UTF_8);
    int parameters = value.indexOf(';');
    String mediaType = parameters < 0 ? value : value.substring(0, parameters);
    return mediaType.strip().toLowerCase(Locale.ROOT).equals(JSON);
  }

  @Override
  public Serializer<T> serializer() {
    return new RecordSerializer();
  }

  @Override
  public Deserializer<T> deserializer() {
    return new RecordDeserializer();
  }

  private byte[] write(String topic, T record) {
    byte[] bytes = singleObject.write(record);
    return confluent == null ? bytes : confluent.write(topic, bytes);
  }

  private T read(byte[] bytes) {
    return confluent != null && ConfluentFormat.isMarked(bytes)
        ? confluent.read(bytes)
        : singleObject.read(bytes);
  }

  private final class RecordSerializer implements Serializer<T> {
    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T record) {
      return record == null ? null : write(topic, record);
    }

    @Override
    public byte @Nullable [] serialize(String topic, Headers headers, @Nullable T record) {
      return record != null && isJson(headers) ? AvroJson.write(record) : serialize(topic, record);
    }
  }

  private final class RecordDeserializer implements Deserializer<T> {
    @Override
    public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
      return bytes == null ? null : read(bytes);
    }

    @Override
    public @Nullable T deserialize(String topic, Headers headers, byte @Nullable [] bytes) {
      return bytes != null && isJson(headers)
          ? AvroJson.read(bytes, type)
          : deserialize(topic, bytes);
    }
  }
}
