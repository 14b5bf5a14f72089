package dev.molstream.retrieval.index;

import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.mol.KernelKind;
import dev.molstream.retrieval.scan.ItemEntry;
import dev.molstream.retrieval.scan.ScanIndex;
import dev.molstream.retrieval.search.ScanSearcher;
import dev.molstream.retrieval.store.CorruptRecordException;
import dev.molstream.retrieval.store.ItemStore;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the store, the scan index and the dictionary of ids in step. An upsert reaches the store
 * first, a delete the scan index first: a crash in between leaves no item in answers that the store
 * does not hold.
 */
public final class StoredItemIndex implements ItemIndex {
  private static final Logger LOGGER = LoggerFactory.getLogger(StoredItemIndex.class);

  /** Rough heap bytes of a dictionary node, an entry and its strings. */
  private static final long HEAP_BYTES_PER_ITEM = 256;

  private final IndexSettings settings;
  private final ItemStore store;
  private final ScanIndex scan;
  private final ConcurrentHashMap<String, ItemEntry> entries = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private StoredItemIndex(IndexSettings settings, ItemStore store) {
    this.settings = settings;
    this.store = store;
    this.scan = new ScanIndex(settings.shape());
  }

  /** See {@link ItemIndex#open}. */
  public static StoredItemIndex open(IndexSettings settings) {
    StoredItemIndex index = new StoredItemIndex(settings, ItemStore.open(settings));
    try {
      index.load();
      return index;
    } catch (RuntimeException | Error e) {
      index.close();
      throw e;
    }
  }

  private void load() {
    try {
      store.forEach(this::show);
    } catch (CorruptRecordException e) {
      LOGGER.warn("{}; starting empty", e.getMessage());
      clear();
    }
  }

  @Override
  public IndexSettings settings() {
    return settings;
  }

  @Override
  public void upsert(MolItem item) {
    requireOpen();
    settings.shape().requireFits(item);
    store.put(item);
    show(item);
  }

  private void show(MolItem item) {
    entries.put(item.itemId(), scan.put(entries.get(item.itemId()), item));
  }

  @Override
  public boolean delete(String itemId) {
    requireOpen();
    ItemEntry entry = entries.remove(itemId);
    if (entry == null) {
      return false;
    }
    scan.remove(entry);
    store.remove(itemId);
    return true;
  }

  @Override
  public void clear() {
    requireOpen();
    entries.values().forEach(scan::remove);
    entries.clear();
    store.clear();
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public boolean copyBase(String itemId, float[] target, int position) {
    return store.copyBase(itemId, target, position);
  }

  @Override
  public @Nullable String title(String itemId) {
    ItemEntry entry = entries.get(itemId);
    return entry == null ? null : entry.title();
  }

  @Override
  public boolean isAvailable(String itemId) {
    ItemEntry entry = entries.get(itemId);
    return entry != null && entry.available();
  }

  @Override
  public boolean passes(String itemId, SearchFilter filter) {
    ItemEntry entry = entries.get(itemId);
    return entry != null
        && entry.available()
        && !filter.excludedItems().contains(itemId)
        && (filter.anyCategories().isEmpty()
            || !Collections.disjoint(filter.anyCategories(), entry.categories()));
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
    return store.retainedBytes() + scan.retainedBytes() + size() * HEAP_BYTES_PER_ITEM;
  }

  @Override
  public Searcher searcher() {
    return new ScanSearcher(scan, KernelKind.chosen().create(settings.shape(), settings.gating()));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      scan.close();
      store.close();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the item index is closed");
    }
  }
}
