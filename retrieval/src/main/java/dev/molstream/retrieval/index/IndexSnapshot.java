package dev.molstream.retrieval.index;

import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.slots.IdDictionary;
import dev.molstream.retrieval.slots.SlotTable;
import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import dev.molstream.retrieval.store.ItemStore;
import dev.molstream.retrieval.tags.TagIndex;
import java.io.IOException;

/**
 * Saves all that finds the records when an index is closed, and takes it up again at the next
 * start. Records are not in it: which slot each has is saved in the order in which the store shows
 * them, which is the same while nobody changes the store, and each is looked up by its id when it
 * is taken up, so that a snapshot that does not fit the store is found out.
 */
final class IndexSnapshot {
  private final ItemStore store;
  private final SlotTable slots;
  private final IdDictionary ids;
  private final TagIndex tags;
  private final PartitionKeeper keeper;

  IndexSnapshot(
      ItemStore store, SlotTable slots, IdDictionary ids, TagIndex tags, PartitionKeeper keeper) {
    this.store = store;
    this.slots = slots;
    this.ids = ids;
    this.tags = tags;
    this.keeper = keeper;
  }

  /** Writes everything; nobody changes the index meanwhile, and there is a partition. */
  void save(SnapshotWriter out) throws IOException {
    RecordLayout layout = store.layout();
    int[] slotOfRecord = new int[ids.size()];
    int[] records = {0};
    store.forEach((address, _) -> slotOfRecord[records[0]++] = ids.find(layout.itemId(address)));
    out.writeInts(slotOfRecord);
    out.writeInt(slots.limit());
    ids.save(out);
    tags.save(out);
    keeper.save(out);
  }

  /**
   * Fills the tables, which are empty.
   *
   * @throws IOException when the snapshot is not of these records; the tables are of no use then
   */
  void restore(SnapshotReader in) throws IOException {
    RecordLayout layout = store.layout();
    int[] slotOfRecord = in.readInts();
    slots.takeAll(in.readInt());
    ids.restore(in);
    tags.restore(in);
    keeper.restore(in);
    int[] records = {0};
    int[] found = {0};
    store.forEach(
        (address, _) -> {
          int record = records[0]++;
          if (record < slotOfRecord.length) {
            int slot = slotOfRecord[record];
            slots.set(slot, address, layout.available(address));
            found[0] += ids.find(layout.itemId(address)) == slot ? 1 : 0;
          }
        });
    if (records[0] != slotOfRecord.length || found[0] != slotOfRecord.length) {
      throw new IOException(
          "it is of %d records, %d of the %d that are here"
              .formatted(slotOfRecord.length, found[0], records[0]));
    }
    for (int slot = slots.limit() - 1; slot >= 0; slot--) {
      if (slots.address(slot) == 0) {
        slots.free(slot);
      }
    }
  }
}
