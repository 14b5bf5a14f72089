package dev.molstream.retrieval.tags;

import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The slots of every category and of every attribute value. */
public final class TagIndex {
  private final ConcurrentHashMap<String, SlotSet> sets = new ConcurrentHashMap<>();

  /** The items of a tag made by {@link Tag}; empty when there are none. */
  public SlotSet slots(String tag) {
    return sets.getOrDefault(tag, SlotSet.EMPTY);
  }

  /** Writer only: the item in the slot carries these. */
  public void add(int slot, List<String> categories, Map<String, String> attributes) {
    for (String category : categories) {
      sets.computeIfAbsent(Tag.category(category), _ -> new SlotSet()).add(slot);
    }
    attributes.forEach(
        (key, value) ->
            sets.computeIfAbsent(Tag.attribute(key, value), _ -> new SlotSet()).add(slot));
  }

  /** Writer only: the item in the slot carries these no more. */
  public void remove(int slot, List<String> categories, Map<String, String> attributes) {
    for (String category : categories) {
      remove(Tag.category(category), slot);
    }
    attributes.forEach((key, value) -> remove(Tag.attribute(key, value), slot));
  }

  /** Writer only. */
  public void add(int slot, MolItem item) {
    add(slot, item.categories(), item.attributes());
  }

  /** Writer only: forgets everything. */
  public void clear() {
    sets.clear();
  }

  /** Writer only: writes what {@link #restore} reads. */
  public void save(SnapshotWriter out) throws IOException {
    out.writeInt(sets.size());
    for (Map.Entry<String, SlotSet> entry : sets.entrySet()) {
      out.writeText(entry.getKey());
      out.writeInts(entry.getValue().toArray());
    }
  }

  /** Writer only, of an empty index: takes in what was saved. */
  public void restore(SnapshotReader in) {
    for (int left = in.readInt(); left > 0; left--) {
      sets.put(in.readText(), SlotSet.of(in.readInts()));
    }
  }

  /** Bytes on the heap. */
  public long retainedBytes() {
    long bytes = 0;
    for (Map.Entry<String, SlotSet> entry : sets.entrySet()) {
      bytes += 2L * entry.getKey().length() + 96 + entry.getValue().retainedBytes();
    }
    return bytes;
  }

  private void remove(String tag, int slot) {
    SlotSet set = sets.get(tag);
    if (set != null) {
      set.remove(slot);
      if (set.size() == 0) {
        sets.remove(tag);
      }
    }
  }
}
