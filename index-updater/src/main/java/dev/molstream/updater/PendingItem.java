package dev.molstream.updater;

import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ItemUpdate;
import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * An item update that waits for its batch, with its place in item-updates.
 *
 * @param update valid
 * @param partition of item-updates
 * @param offset in that partition
 * @param timestamp of the record, milliseconds since 1970: freshness is measured from it
 */
record PendingItem(ItemUpdate update, int partition, long offset, long timestamp) {
  /** Big-endian partition (4 bytes), offset (8), timestamp (8), then the update as Avro. */
  static Serde<PendingItem> serde() {
    AvroSerde<ItemUpdate> updates = AvroSerde.of(ItemUpdate.class);
    return Serdes.serdeFrom(writer(updates.serializer()), reader(updates.deserializer()));
  }

  private static Serializer<PendingItem> writer(Serializer<ItemUpdate> updates) {
    return (topic, item) -> {
      if (item == null) {
        return null;
      }
      byte[] update = updates.serialize(topic, item.update);
      return ByteBuffer.allocate(Integer.BYTES + 2 * Long.BYTES + update.length)
          .putInt(item.partition)
          .putLong(item.offset)
          .putLong(item.timestamp)
          .put(update)
          .array();
    };
  }

  private static Deserializer<PendingItem> reader(Deserializer<ItemUpdate> updates) {
    return new Deserializer<>() {
      @Override
      public @Nullable PendingItem deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
          return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int partition = buffer.getInt();
        long offset = buffer.getLong();
        long timestamp = buffer.getLong();
        byte[] update = new byte[buffer.remaining()];
        buffer.get(update);
        return new PendingItem(updates.deserialize(topic, update), partition, offset, timestamp);
      }
    };
  }
}
