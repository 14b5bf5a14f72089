package dev.molstream.retrieval.store;

import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.MolItem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
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
 *              manifest.properties   what the map holds, see {@link StoreManifest}
 *              items-N.map           the Chronicle Map; N grows when it is replaced by a larger one
 *              offsets.properties    how far the source has been taken in
 *              closed-cleanly        there only between a clean close and the next open
 * </pre>
 *
 * <p>Trust: after a clean close the map is opened as it is. When the process ended otherwise, the
 * pages it wrote are still in the system's cache: the map is recovered, which may drop the one item
 * that was being written; its source record lies behind the stored offsets and comes again. When
 * the machine went down, pages may be missing anywhere: the store starts empty.
 *
 * <p>One writer thread; {@link #copyBase} from any thread meanwhile.
 */
public final class ItemStore implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(ItemStore.class);
  private static final String CLEAN_MARKER = "closed-cleanly";

  private final Path directory;
  private final RecordLayout layout;
  private final int baseDimension;
  private final DirectoryLock directoryLock;
  private final SourceOffsets offsetsFile;

  /** Read-held while the map is used by others than the writer, write-held to replace it. */
  private final StampedLock mapLock = new StampedLock();

  private ItemMap map;
  private StoreManifest manifest;
  private volatile Map<Integer, Long> storedOffsets;
  private volatile boolean closed;

  /** How many items the writer may put before it has to look at the map's size again. */
  private long room;

  private ItemStore(
      IndexSettings settings,
      DirectoryLock directoryLock,
      SourceOffsets offsetsFile,
      StoreManifest manifest,
      ItemMap map)
      throws IOException {
    this.directory = settings.directory();
    this.layout = new RecordLayout(settings.shape());
    this.baseDimension = settings.shape().baseDimension();
    this.directoryLock = directoryLock;
    this.offsetsFile = offsetsFile;
    this.manifest = manifest;
    this.map = map;
    this.storedOffsets = offsetsFile.read();
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
    ItemMap map = found == null ? null : openTrusted(settings, found, clean, boot);
    if (found == null || map == null) {
      offsets.delete();
      manifest = StoreManifest.fresh(settings, found == null ? 1 : found.generation() + 1, boot);
      map = ItemMap.create(manifest, directory);
    } else {
      manifest = found.openedAt(boot);
    }
    try {
      manifest.write(directory);
      ItemMap.deleteOthers(manifest, directory);
      return new ItemStore(settings, lock, offsets, manifest, map);
    } catch (IOException | RuntimeException e) {
      map.close();
      throw e;
    }
  }

  /** The map found on disk; null when it is another model's or cannot be trusted. */
  private static @Nullable ItemMap openTrusted(
      IndexSettings settings, StoreManifest found, boolean clean, String boot) {
    Path directory = settings.directory();
    if (!found.serves(settings.modelId(), settings.shape())) {
      LOGGER.info(
          "{} holds items of model {} shape {}; starting empty for {} shape {}",
          directory,
          found.modelId(),
          found.shape(),
          settings.modelId(),
          settings.shape());
      return null;
    }
    if (!clean && !found.boot().equals(boot)) {
      LOGGER.warn("{} was open when the machine went down; starting empty", directory);
      return null;
    }
    try {
      if (clean) {
        return ItemMap.open(found, directory);
      }
      LOGGER.warn("{} was not closed cleanly; recovering", directory);
      return ItemMap.recover(found, directory);
    } catch (IOException | RuntimeException e) {
      LOGGER.warn("{} cannot be read; starting empty", directory, e);
      return null;
    }
  }

  /** Hands over every item, in no order. Before other threads use the store. */
  public void forEach(Consumer<MolItem> consumer) {
    map.forEach((itemId, value) -> consumer.accept(layout.decode(itemId, value)));
  }

  /** Adds or replaces an item that fits the shape. */
  public void put(MolItem item) {
    byte[] value = layout.encode(item);
    if (room <= 0) {
      room = manifest.capacity() - map.size();
      if (room <= 0) {
        grow();
      }
    }
    room--;
    try {
      map.put(item.itemId(), value);
    } catch (IllegalStateException e) {
      // Chronicle Map's word for a full segment: larger records or a skewer spread than assumed.
      LOGGER.debug("the map is full before its time", e);
      grow();
      map.put(item.itemId(), value);
    }
  }

  /** Removes an item; nothing happens when it is not there. */
  public void remove(String itemId) {
    map.remove(itemId);
  }

  /** Removes everything, the offsets first. */
  public void clear() {
    try {
      storedOffsets = Map.of();
      offsetsFile.delete();
      replaceMap(manifest.next(manifest.capacity(), manifest.valueBytes()), false);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clear the item index in " + directory + ": " + e, e);
    }
  }

  /** See {@link dev.molstream.retrieval.ItemIndex#copyBase}. */
  public boolean copyBase(String itemId, float[] target, int position) {
    Objects.checkFromIndexSize(position, baseDimension, target.length);
    long stamp = mapLock.readLock();
    try {
      if (closed) {
        throw new IllegalStateException("the item index is closed");
      }
      return map.copyFloats(itemId, RecordLayout.BASE_OFFSET, baseDimension, target, position);
    } finally {
      mapLock.unlockRead(stamp);
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

  /** Bytes of the map. */
  public long retainedBytes() {
    long stamp = mapLock.readLock();
    try {
      return closed ? 0 : map.sizeBytes();
    } finally {
      mapLock.unlockRead(stamp);
    }
  }

  /** Writes everything to disk and marks that. Idempotent. */
  @Override
  public void close() {
    long stamp = mapLock.writeLock();
    try (DirectoryLock lock = directoryLock) {
      if (!closed) {
        closed = true;
        map.close();
        DurableFiles.write(directory.resolve(CLEAN_MARKER), "");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the item index in " + directory + ": " + e, e);
    } finally {
      mapLock.unlockWrite(stamp);
    }
  }

  /** Makes room: copies everything to a map of twice the capacity. */
  private void grow() {
    long size = map.size();
    long capacity = 2 * Math.max(manifest.capacity(), size);
    LOGGER.info("growing the item index in {} to {} items", directory, capacity);
    try {
      replaceMap(manifest.next(capacity, map.averageValueBytes(manifest.valueBytes())), true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot grow the item index in " + directory + ": " + e, e);
    }
    room = capacity - size;
  }

  private void replaceMap(StoreManifest next, boolean copy) throws IOException {
    ItemMap fresh = ItemMap.create(next, directory);
    try {
      if (copy) {
        map.forEach(fresh::put);
      }
      next.write(directory);
    } catch (IOException | RuntimeException e) {
      fresh.close();
      Files.deleteIfExists(next.mapFile(directory));
      throw e;
    }
    long stamp = mapLock.writeLock();
    try {
      map.close();
      map = fresh;
      manifest = next;
    } finally {
      mapLock.unlockWrite(stamp);
    }
    ItemMap.deleteOthers(next, directory);
  }
}
