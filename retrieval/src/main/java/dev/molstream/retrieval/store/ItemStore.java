package dev.molstream.retrieval.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.record.CorruptRecordException;
import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The items of one model on disk, mapped into memory. A recoverable cache of the source topic:
 * whatever cannot be trusted is thrown away, and the caller reads the source again from {@link
 * #storedOffsets}.
 *
 * <pre>
 *  directory/  lock                  held while open
 *              manifest.properties   what the maps hold, see {@link StoreManifest}
 *              items-N.map           Chronicle Maps, each item in one of them
 *              offsets.properties    how far the source has been taken in
 *              closed-cleanly        there only between a clean close and the next open
 *              index.snapshot        likewise: what the caller saved to find records by
 * </pre>
 *
 * <p>Growth: when all maps are full, a further one that doubles the room is added. Nothing is
 * copied and nothing moves, but for an item whose record becomes larger: it is removed and then put
 * where there is room.
 *
 * <p>Addresses: other threads may read a record at its native address. It lies there until the next
 * put or remove of its item; then the memory may be written over at once, with the same item's or
 * another's record, and a reader that is still at it has to find that out by itself. It stays
 * mapped until {@link #close}, after which reading it ends the process.
 *
 * <p>Trust: after a clean close the maps are opened as they are. When the process ended otherwise,
 * the pages it wrote are still in the system's cache: the maps are recovered, which may drop the
 * one item that was being written; its source record lies behind the stored offsets and comes
 * again. An item that was being moved is kept in the newer map. When the machine went down, pages
 * may be missing anywhere: the store starts empty.
 *
 * <p>One writer thread; {@link #storedOffsets} and {@link #retainedBytes} from any thread.
 */
public final class ItemStore implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(ItemStore.class);
  private static final String CLEAN_MARKER = "closed-cleanly";
  private static final String SNAPSHOT = "index.snapshot";

  private final Path directory;
  private final RecordLayout layout;
  private final EncodedRecord record;
  private final DirectoryLock directoryLock;
  private final SourceOffsets offsetsFile;

  /** Cleared maps, without files, for readers that are still at an old address. */
  private final List<ItemMap> cleared = new ArrayList<>();

  private StoreManifest manifest;

  /** Oldest first, as in the manifest; never changed, only replaced. */
  private volatile List<ItemMap> maps;

  private volatile Map<Integer, Long> storedOffsets;

  /** The maps hold what they held when the store was closed. */
  private final boolean intact;

  private volatile boolean closed;

  private ItemStore(
      IndexSettings settings,
      DirectoryLock directoryLock,
      SourceOffsets offsetsFile,
      StoreManifest manifest,
      List<ItemMap> maps,
      boolean intact)
      throws IOException {
    this.directory = settings.directory();
    this.layout = new RecordLayout(settings.shape(), settings.format());
    this.storedOffsets = offsetsFile.read();
    this.record = new EncodedRecord(layout);
    this.directoryLock = directoryLock;
    this.offsetsFile = offsetsFile;
    this.manifest = manifest;
    this.maps = maps;
    this.intact = intact;
  }

  /**
   * Opens the store in the settings' directory.
   *
   * @throws IllegalStateException when the directory is in use
   * @throws UncheckedIOException when it cannot be read or written
   */
  public static ItemStore open(IndexSettings settings) {
    Path directory = settings.directory();
    try {
      DirectoryLock lock = DirectoryLock.acquire(directory);
      try {
        return openLocked(settings, lock);
      } catch (IOException | RuntimeException | Error e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the item index in " + directory + ": " + e, e);
    }
  }

  private static ItemStore openLocked(IndexSettings settings, DirectoryLock lock)
      throws IOException {
    Path directory = settings.directory();
    SourceOffsets offsets = new SourceOffsets(directory);
    String boot = MachineBoot.current();
    StoreManifest found = StoreManifest.read(directory);
    boolean clean = DurableFiles.delete(directory.resolve(CLEAN_MARKER));
    StoreManifest manifest;
    List<ItemMap> maps = found == null ? null : openTrusted(settings, found, clean, boot);
    boolean intact = clean && maps != null;
    if (found == null || maps == null) {
      offsets.delete();
      long generation = found == null ? 1 : found.newest().generation() + 1;
      manifest = StoreManifest.fresh(settings, generation, boot);
      maps = List.of(ItemMap.create(manifest.newest(), directory));
    } else {
      manifest = found.openedAt(boot);
    }
    try {
      manifest.write(directory);
      MapFiles.deleteUnlisted(manifest, directory);
      return new ItemStore(settings, lock, offsets, manifest, maps, intact);
    } catch (IOException | RuntimeException e) {
      maps.forEach(ItemMap::close);
      throw e;
    }
  }

  /** The maps found on disk; null when they are another model's or cannot be trusted. */
  private static @Nullable List<ItemMap> openTrusted(
      IndexSettings settings, StoreManifest found, boolean clean, String boot) {
    Path directory = settings.directory();
    if (!found.serves(settings)) {
      LOGGER.info(
          "{} holds items of model {} shape {} in {}; starting empty for {} shape {} in {}",
          directory,
          found.modelId(),
          found.shape(),
          found.format(),
          settings.modelId(),
          settings.shape(),
          settings.format());
      return null;
    }
    if (!clean && !found.boot().equals(boot)) {
      LOGGER.warn("{} was open when the machine went down; starting empty", directory);
      return null;
    }
    if (!clean) {
      LOGGER.warn("{} was not closed cleanly; recovering", directory);
    }
    try {
      return clean ? MapFiles.open(found, directory) : MapFiles.recover(found, directory);
    } catch (IOException | RuntimeException e) {
      LOGGER.warn("{} cannot be read; starting empty", directory, e);
      return null;
    }
  }

  /** What the records look like. */
  public RecordLayout layout() {
    return layout;
  }

  /**
   * Hands over every record, in no order. Before other threads use the store.
   *
   * @throws CorruptRecordException at a record that cannot be one; only {@link #clear} and {@link
   *     #close} make sense then
   */
  public void forEach(RecordConsumer consumer) {
    for (ItemMap map : maps) {
      map.forEach(
          (itemId, address, length) -> {
            layout.requireWellFormed(itemId, address, length);
            consumer.accept(address, length);
          });
    }
  }

  /**
   * What was written with {@link #createSnapshot} before the store was closed, of the items that it
   * holds; null when nothing was or the items are not those any more. Once, before anything
   * changes.
   *
   * @throws IOException when it is damaged
   */
  public @Nullable SnapshotReader openSnapshot() throws IOException {
    Path file = directory.resolve(SNAPSHOT);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return intact ? SnapshotReader.open(file) : null;
    } finally {
      // What is mapped stays readable.
      Files.delete(file);
    }
  }

  /** Begins to save what finds the records; {@link #close} follows, with no change between. */
  public SnapshotWriter createSnapshot() throws IOException {
    requireOpen();
    return SnapshotWriter.create(directory.resolve(SNAPSHOT));
  }

  /**
   * Adds or replaces an item that fits the shape.
   *
   * @return the native address of its record: until the item is put or removed next or the store is
   *     closed
   */
  public long put(MolItem item) {
    requireOpen();
    byte[] itemId = item.itemId().getBytes(UTF_8);
    record.set(item, itemId);
    for (ItemMap map : maps.reversed()) {
      long address = map.replace(itemId, record);
      if (address == ItemMap.NO_ROOM) {
        map.remove(itemId);
        return insert(itemId);
      }
      if (address != ItemMap.ABSENT) {
        return address;
      }
    }
    return insert(itemId);
  }

  private long insert(byte[] itemId) {
    for (ItemMap map : maps) {
      long address = map.hasRoom() ? map.insert(itemId, record) : ItemMap.NO_ROOM;
      if (address != ItemMap.NO_ROOM) {
        return address;
      }
    }
    grow();
    long address = maps.getLast().insert(itemId, record);
    if (address == ItemMap.NO_ROOM) {
      throw new IllegalStateException(
          "a new map in " + directory + " takes no record of " + record.size() + " bytes");
    }
    return address;
  }

  /** Removes an item; false when there was none. */
  public boolean remove(String itemId) {
    requireOpen();
    byte[] key = itemId.getBytes(UTF_8);
    for (ItemMap map : maps.reversed()) {
      if (map.remove(key)) {
        return true;
      }
    }
    return false;
  }

  /** The native address of the item's record, as {@link #put} returned it; 0 when it is absent. */
  public long addressOf(String itemId) {
    requireOpen();
    byte[] key = itemId.getBytes(UTF_8);
    for (ItemMap map : maps.reversed()) {
      long address = map.addressOf(key);
      if (address != ItemMap.ABSENT) {
        return address;
      }
    }
    return ItemMap.ABSENT;
  }

  /**
   * Removes everything, the offsets first. What lay at an address goes on lying there until the
   * store is closed, and takes its disk space until then.
   */
  public void clear() {
    requireOpen();
    try {
      storedOffsets = Map.of();
      offsetsFile.delete();
      if (maps.size() == 1 && maps.getFirst().items() == 0) {
        return;
      }
      List<ItemMap> before = maps;
      StoreManifest next = manifest.cleared();
      maps = List.of(create(next));
      manifest = next;
      cleared.addAll(before);
      MapFiles.deleteUnlisted(next, directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clear the item index in " + directory + ": " + e, e);
    }
  }

  /** See {@link dev.molstream.retrieval.ItemIndex#storeOffsets}. */
  public void storeOffsets(Map<Integer, Long> nextOffsets) {
    try {
      offsetsFile.write(nextOffsets);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot store offsets in " + directory + ": " + e, e);
    }
    storedOffsets = Map.copyOf(nextOffsets);
  }

  /** See {@link dev.molstream.retrieval.ItemIndex#storedOffsets}. */
  public Map<Integer, Long> storedOffsets() {
    return storedOffsets;
  }

  /** Bytes of the records and, about, of the maps around them; without cleared ones. */
  public long retainedBytes() {
    return closed ? 0 : maps.stream().mapToLong(ItemMap::sizeBytes).sum();
  }

  /** Writes everything to disk, marks that, and unmaps the records. Idempotent. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (DirectoryLock lock = directoryLock;
        EncodedRecord buffer = record) {
      maps.forEach(ItemMap::force);
      maps.forEach(ItemMap::close);
      cleared.forEach(ItemMap::close);
      DurableFiles.write(directory.resolve(CLEAN_MARKER), "");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the item index in " + directory + ": " + e, e);
    }
  }

  private void grow() {
    long items = 0;
    long recordBytes = record.size();
    for (ItemMap map : maps) {
      items += map.items();
      recordBytes += map.recordBytes();
    }
    StoreManifest next = manifest.grown(manifest.capacity(), recordBytes / (items + 1));
    LOGGER.info("growing the item index in {} to {} items", directory, next.capacity());
    try {
      List<ItemMap> grown = new ArrayList<>(maps);
      grown.add(create(next));
      maps = List.copyOf(grown);
      manifest = next;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot grow the item index in " + directory + ": " + e, e);
    }
  }

  /** Creates the manifest's newest map file and then lists it: otherwise it does not count. */
  private ItemMap create(StoreManifest next) throws IOException {
    ItemMap fresh = ItemMap.create(next.newest(), directory);
    try {
      next.write(directory);
      return fresh;
    } catch (IOException | RuntimeException e) {
      fresh.close();
      Files.deleteIfExists(next.newest().in(directory));
      throw e;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the item index is closed");
    }
  }
}
