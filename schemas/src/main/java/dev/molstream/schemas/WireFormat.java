package dev.molstream.schemas;

import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * How the values of all topics are written: in Avro's single-object encoding, or in the Confluent
 * wire format where there is a schema registry. With a registry both are read, so that an
 * installation can change over while it runs; JSON is read and written in either case.
 *
 * <pre>{@code
 * try (WireFormat format = WireFormat.of(address)) {
 *   Serde<UserEvent> events = format.serde(UserEvent.class);
 * }
 * }</pre>
 *
 * <p>Thread-safe. Its serdes must not be used after it is closed.
 */
public final class WireFormat implements AutoCloseable {
  private final @Nullable SchemaRegistry registry;

  private WireFormat(@Nullable SchemaRegistry registry) {
    this.registry = registry;
  }

  /** Avro's single-object encoding, which needs nobody else; closing it does nothing. */
  public static WireFormat singleObject() {
    return new WireFormat(null);
  }

  /** The Confluent wire format with the registry at {@code address}; for null, single-object. */
  public static WireFormat of(@Nullable RegistryAddress address) {
    return address == null ? singleObject() : new WireFormat(SchemaRegistry.at(address));
  }

  /** The serde of the generated record {@code type}. */
  public <T extends SpecificRecord> AvroSerde<T> serde(Class<T> type) {
    return new AvroSerde<>(type, registry);
  }

  @Override
  public void close() {
    if (registry != null) {
      registry.close();
    }
  }
}
