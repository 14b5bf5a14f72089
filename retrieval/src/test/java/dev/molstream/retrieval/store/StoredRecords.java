package dev.molstream.retrieval.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.record.Records;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** All records of a store, to be compared at once. */
final class StoredRecords {
  private StoredRecords() {}

  /** By item id; every item comes once. */
  static Map<String, ByteBuffer> of(ItemStore store) {
    Map<String, ByteBuffer> records = new TreeMap<>();
    store.forEach(
        (address, length) -> {
          String itemId = store.layout().itemId(address);
          assertThat(records.put(itemId, Records.copy(address, length))).as(itemId).isNull();
        });
    return records;
  }
}
