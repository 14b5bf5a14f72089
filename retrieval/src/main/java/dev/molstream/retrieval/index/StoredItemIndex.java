package dev.molstream.retrieval.index;

import dev.molstream.retrieval.BatchSearcher;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.kernel.KernelKind;
import dev.molstream.retrieval.partition.Partition;
import dev.molstream.retrieval.partition.QuerySample;
import dev.molstream.retrieval.record.CorruptRecordException;
import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.search.AveragedCodes;
import dev.molstream.retrieval.search.IndexSearcher;
import dev.molstream.retrieval.search.SearchableItems;
import dev.molstream.retrieval.search.TogetherSearcher;
import dev.molstream.retrieval.slots.ChangeLog;
import dev.molstream.retrieval.slots.IdDictionary;
import dev.molstream.retrieval.slots.SlotTable;
import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import dev.molstream.retrieval.store.ItemStore;
import dev.molstream.retrieval.tags.TagIndex;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the store and everything that finds its records in step: slots, ids, tags and the
 * partition.
 *
 * <p>Locks, in the order in which they are taken: {@link #life} is read-held by whoever looks at
 * record memory and write-held to unmap it; {@link #writing} is held by whoever changes the tables,
 * the writer thread or the thread that rebuilds the partition; a slot's lock is write-held while
 * its record changes.
 */
public final class StoredItemIndex implements ItemIndex, SearchableItems {
  private static final Logger LOGGER = LoggerFactory.getLogger(StoredItemIndex.class);

  private static final int MOST_TOGETHER = 64;

  private final IndexSettings settings;
  private final ItemStore store;
  private final RecordLayout layout;
  private final SlotTable slots = new SlotTable();
  private final IdDictionary ids;
  private final TagIndex tags = new TagIndex();
  private final ChangeLog changes = new ChangeLog();
  private final QuerySample queries;
  private final PartitionKeeper keeper;

  private final StampedLock life = new StampedLock();

  /** Fair, so that a busy writer lets a search hold it. */
  private final ReentrantLock writing = new ReentrantLock(true);

  private volatile boolean closed;

  private volatile @Nullable AveragedCodes averages;
  private volatile float longestComponent;
  private final float[] components;

  private StoredItemIndex(IndexSettings settings, ItemStore store) {
    this.settings = settings;
    this.store = store;
    this.layout = store.layout();
    this.ids = new IdDictionary(slots, layout);
    this.queries = new QuerySample(settings.shape());
    this.keeper = new PartitionKeeper(this, writing);
    this.components = new float[settings.shape().itemFloats()];
  }

  /** See {@link ItemIndex#open}. */
  public static StoredItemIndex open(IndexSettings settings) {
    ItemStore store = ItemStore.open(settings);
    try {
      StoredItemIndex index = new StoredItemIndex(settings, store);
      if (!index.restore()) {
        index = new StoredItemIndex(settings, store);
        index.load();
      }
      return index;
    } catch (RuntimeException | Error e) {
      store.close();
      throw e;
    }
  }

  /** Takes up what the last close saved; false when it did not or it is of no use. */
  private boolean restore() {
    try (SnapshotReader in = store.openSnapshot()) {
      if (in == null) {
        return false;
      }
      longestComponent = in.readFloat();
      snapshot().restore(in);
      return true;
    } catch (IOException | CorruptRecordException e) {
      LOGGER.warn("the index is arranged anew, as its snapshot is of no use: {}", e.getMessage());
      return false;
    }
  }

  private void save() {
    if (keeper.partition() == null) {
      return;
    }
    try (SnapshotWriter out = store.createSnapshot()) {
      out.writeFloat(longestComponent);
      snapshot().save(out);
      out.finish();
    } catch (IOException e) {
      LOGGER.warn("the next start takes longer, as the index cannot be saved: {}", e.toString());
    }
  }

  private IndexSnapshot snapshot() {
    return new IndexSnapshot(store, slots, ids, tags, keeper);
  }

  private void load() {
    try {
      store.forEach(this::takeIn);
    } catch (CorruptRecordException e) {
      LOGGER.warn("{}; starting empty", e.getMessage());
      clear();
    }
    keeper.buildNow();
  }

  private void takeIn(long address, int length) {
    int slot = slots.take();
    slots.set(slot, address, layout.available(address));
    ids.add(layout.itemId(address), slot);
    tags.add(slot, layout.categories(address), layout.attributes(address));
    layout.copyComponents(address, components, 0);
    measure(components);
  }

  @Override
  public IndexSettings settings() {
    return settings;
  }

  @Override
  public void upsert(MolItem item) {
    settings.shape().requireFits(item);
    long stamp = enter();
    try {
      writing.lock();
      try {
        keeper.changed(put(item), item.components());
      } finally {
        changes.end();
        writing.unlock();
      }
    } finally {
      leave(stamp);
    }
  }

  @Override
  public void upsertAll(Consumer<Consumer<MolItem>> source) {
    keeper.suspend();
    try {
      source.accept(this::upsert);
    } finally {
      keeper.resume();
    }
    keeper.buildNow();
  }

  @Override
  public void learnFrom(List<MolQuery> sample) {
    for (MolQuery query : sample) {
      settings.shape().requireFits(query);
      noteQuery(query);
    }
  }

  private int put(MolItem item) {
    int present = ids.find(item.itemId());
    boolean isNew = present == IdDictionary.ABSENT;
    if (isNew && ids.size() == IdDictionary.MOST_ITEMS) {
      throw new IllegalStateException(
          "the index holds " + ids.size() + " items, which is the most it can");
    }
    int slot = isNew ? slots.take() : present;
    List<String> oldCategories = List.of();
    Map<String, String> oldAttributes = Map.of();
    if (!isNew) {
      oldCategories = layout.categories(slots.address(slot));
      oldAttributes = layout.attributes(slots.address(slot));
      changes.begin(slot);
    }
    write(slot, item, isNew);
    if (isNew) {
      ids.add(item.itemId(), slot);
    }
    if (!oldCategories.equals(item.categories()) || !oldAttributes.equals(item.attributes())) {
      tags.remove(slot, oldCategories, oldAttributes);
      tags.add(slot, item.categories(), item.attributes());
    }
    // As held: rounding may make them longer.
    layout.copyComponents(slots.address(slot), components, 0);
    measure(components);
    AveragedCodes codes = averages;
    if (codes != null) {
      codes.put(slot, item.components());
    }
    return slot;
  }

  private void write(int slot, MolItem item, boolean isNew) {
    StampedLock lock = slots.lock(slot);
    long stamp = lock.writeLock();
    try {
      long address = store.put(item);
      if (isNew) {
        changes.begin(slot);
      }
      slots.set(slot, address, item.available());
    } catch (RuntimeException | Error e) {
      if (isNew) {
        slots.free(slot);
      }
      throw e;
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  @Override
  public boolean delete(String itemId) {
    long stamp = enter();
    try {
      writing.lock();
      try {
        int slot = ids.find(itemId);
        if (slot == IdDictionary.ABSENT) {
          return false;
        }
        changes.begin(slot);
        tags.remove(
            slot, layout.categories(slots.address(slot)), layout.attributes(slots.address(slot)));
        ids.remove(itemId, slot);
        keeper.removed(slot);
        erase(slot, itemId);
        return true;
      } finally {
        changes.end();
        writing.unlock();
      }
    } finally {
      leave(stamp);
    }
  }

  private void erase(int slot, String itemId) {
    StampedLock lock = slots.lock(slot);
    long stamp = lock.writeLock();
    try {
      slots.free(slot);
      store.remove(itemId);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  @Override
  public void clear() {
    long stamp = enter();
    try {
      writing.lock();
      try {
        for (int slot = 0; slot < slots.limit(); slot++) {
          if (slots.address(slot) != 0) {
            changes.begin(slot);
          }
        }
        ids.clear();
        tags.clear();
        keeper.cleared();
        for (int slot = 0; slot < slots.limit(); slot++) {
          if (slots.address(slot) != 0) {
            StampedLock lock = slots.lock(slot);
            long slotStamp = lock.writeLock();
            slots.free(slot);
            lock.unlockWrite(slotStamp);
          }
        }
        store.clear();
      } finally {
        changes.end();
        writing.unlock();
      }
    } finally {
      leave(stamp);
    }
  }

  @Override
  public int size() {
    return ids.size();
  }

  @Override
  public boolean copyBase(String itemId, float[] target, int position) {
    Objects.checkFromIndexSize(position, settings.shape().baseDimension(), target.length);
    Boolean copied =
        read(
            itemId,
            address -> {
              layout.copyBase(address, target, position);
              return true;
            });
    return copied != null;
  }

  @Override
  public boolean copyMixture(String itemId, float[] components, float[] gate) {
    Objects.checkFromIndexSize(0, settings.shape().itemFloats(), components.length);
    Objects.checkFromIndexSize(0, settings.shape().logits(), gate.length);
    Boolean copied =
        read(
            itemId,
            address -> {
              layout.copyComponents(address, components, 0);
              layout.copyGate(address, gate, 0);
              return true;
            });
    return copied != null;
  }

  @Override
  public @Nullable String title(String itemId) {
    return read(itemId, layout::title);
  }

  @Override
  public boolean isAvailable(String itemId) {
    int slot = ids.find(itemId);
    return slot != IdDictionary.ABSENT && slots.isAvailable(slot);
  }

  @Override
  public boolean passes(String itemId, SearchFilter filter) {
    int slot = ids.find(itemId);
    if (slot == IdDictionary.ABSENT
        || !slots.isAvailable(slot)
        || filter.excludedItems().contains(itemId)
        || (filter.allowedItems() != null && !filter.allowedItems().contains(itemId))) {
      return false;
    }
    for (String[] group : filter.tagGroups()) {
      boolean carriesOne = false;
      for (String tag : group) {
        carriesOne |= tags.slots(tag).contains(slot);
      }
      if (!carriesOne) {
        return false;
      }
    }
    return true;
  }

  /** Reads an item's record under its lock; null when there is none. */
  private <T> @Nullable T read(String itemId, LongFunction<T> reader) {
    long life = enter();
    try {
      while (true) {
        int slot = ids.find(itemId);
        if (slot == IdDictionary.ABSENT) {
          return null;
        }
        StampedLock lock = slots.lock(slot);
        long stamp = lock.readLock();
        try {
          long address = slots.address(slot);
          if (address != 0 && layout.idEquals(address, itemId)) {
            return reader.apply(address);
          }
        } finally {
          lock.unlockRead(stamp);
        }
      }
    } finally {
      leave(life);
    }
  }

  @Override
  public void storeOffsets(Map<Integer, Long> nextOffsets) {
    requireOpen();
    store.storeOffsets(nextOffsets);
  }

  @Override
  public Map<Integer, Long> storedOffsets() {
    return store.storedOffsets();
  }

  @Override
  public long retainedBytes() {
    AveragedCodes codes = averages;
    return store.retainedBytes() + searchBytes() + (codes == null ? 0 : codes.retainedBytes());
  }

  @Override
  public long searchBytes() {
    return slots.retainedBytes()
        + ids.retainedBytes()
        + tags.retainedBytes()
        + keeper.retainedBytes();
  }

  @Override
  public Searcher searcher() {
    return indexSearcher();
  }

  @Override
  public BatchSearcher batchSearcher(int most) {
    if (most < 1 || most > MOST_TOGETHER) {
      throw new IllegalArgumentException(
          most + " queries at a time are not within 1 to " + MOST_TOGETHER);
    }
    return new TogetherSearcher(this, most, this::indexSearcher);
  }

  private IndexSearcher indexSearcher() {
    KernelKind kind = KernelKind.chosen();
    return new IndexSearcher(this, kind.create(layout, settings.gating()), kind.createScanner());
  }

  @Override
  public void close() {
    keeper.close();
    long stamp = life.writeLock();
    try (ItemStore _ = store) {
      if (!closed) {
        closed = true;
        save();
      }
    } finally {
      life.unlockWrite(stamp);
    }
  }

  @Override
  public RecordLayout layout() {
    return layout;
  }

  @Override
  public SlotTable slots() {
    return slots;
  }

  @Override
  public IdDictionary ids() {
    return ids;
  }

  @Override
  public TagIndex tags() {
    return tags;
  }

  @Override
  public ChangeLog changes() {
    return changes;
  }

  @Override
  public QuerySample queries() {
    return queries;
  }

  @Override
  public void noteQuery(MolQuery query) {
    queries.add(query);
    keeper.sawQueries();
  }

  @Override
  public @Nullable Partition partition() {
    return keeper.partition();
  }

  @Override
  public float longestComponent() {
    return longestComponent;
  }

  @Override
  public AveragedCodes averages() {
    AveragedCodes present = averages;
    if (present != null) {
      return present;
    }
    writing.lock();
    try {
      AveragedCodes codes = averages;
      if (codes == null) {
        codes = new AveragedCodes(settings.shape());
        float[] vector = new float[settings.shape().itemFloats()];
        for (int slot = 0; slot < slots.limit(); slot++) {
          long address = slots.address(slot);
          if (address != 0) {
            layout.copyComponents(address, vector, 0);
            codes.put(slot, vector);
          }
        }
        averages = codes;
      }
      return codes;
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void holdWriter() {
    writing.lock();
  }

  @Override
  public void releaseWriter() {
    writing.unlock();
  }

  @Override
  public long enter() {
    long stamp = life.readLock();
    if (closed) {
      life.unlockRead(stamp);
      throw new IllegalStateException("the item index is closed");
    }
    return stamp;
  }

  @Override
  public void leave(long stamp) {
    life.unlockRead(stamp);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the item index is closed");
    }
  }

  private void measure(float[] vector) {
    int d = settings.shape().componentDimension();
    float most = 0;
    for (int from = 0; from < vector.length; from += d) {
      float squares = 0;
      for (int i = from; i < from + d; i++) {
        squares += vector[i] * vector[i];
      }
      most = Math.max(most, squares);
    }
    float longest = (float) Math.sqrt(most);
    if (longest > longestComponent) {
      longestComponent = longest;
    }
  }
}
