package dev.molstream.retrieval.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.hash.ChronicleHashCorruption;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.impl.VanillaChronicleHash;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapAbsentEntry;
import net.openhft.chronicle.map.MapEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Chronicle Map file: item id in UTF-8 → record. All that is peculiar to Chronicle Map is in
 * here and in {@link EncodedRecord}. After {@link #close} nothing may be called any more, and no
 * address of a record holds.
 *
 * <p>One writer thread; {@link #addressOf} and {@link #sizeBytes} from any thread.
 */
final class ItemMap {
  /** There is no such item. No record lies there. */
  static final long ABSENT = 0;

  /** The map cannot take the record. No record lies there. */
  static final long NO_ROOM = -1;

  private static final Logger LOGGER = LoggerFactory.getLogger(ItemMap.class);
  private static final int USUAL_ID_BYTES = 24;

  /** Lets a segment hold so many times its share before the map counts as full. */
  private static final double BLOAT_FACTOR = 2;

  /**
   * Segments are for many writers, of which there is one here, and each is touched when the file is
   * made and opened, wherever it lies in it: with Chronicle Map's choice, 4096 of them for ten
   * million items, that took a minute where disks read far ahead.
   */
  private static final long SEGMENT_ITEMS = 1 << 18;

  /** What an item takes beside its record: id, lengths, checksum, two hash slots, free bits. */
  private static final int ENTRY_BYTES = 64;

  private final ChronicleMap<byte[], byte[]> map;
  private final MapFile file;
  private volatile long items;
  private volatile long recordBytes;

  /** A segment took no more; writer only. */
  private boolean full;

  private ItemMap(ChronicleMap<byte[], byte[]> map, MapFile file) {
    this.map = map;
    this.file = file;
  }

  /** A new, empty map in place of any file of that name. */
  static ItemMap create(MapFile file, Path directory) throws IOException {
    Path path = file.in(directory);
    Files.deleteIfExists(path);
    return new ItemMap(readAtRandom(builder(file).createPersistedTo(path.toFile())), file);
  }

  /** A map that was closed cleanly. */
  static ItemMap open(MapFile file, Path directory) throws IOException {
    return counted(builder(file).createPersistedTo(existing(file, directory).toFile()), file);
  }

  /** A map whose process ended before it closed it. Nobody else may have it open. */
  static ItemMap recover(MapFile file, Path directory) throws IOException {
    Path path = existing(file, directory);
    return counted(
        builder(file).recoverPersistedTo(path.toFile(), true, ItemMap::logCorruption), file);
  }

  /** What it was made for. */
  MapFile file() {
    return file;
  }

  /** How many items it holds. */
  long items() {
    return items;
  }

  /** Bytes of all records. */
  long recordBytes() {
    return recordBytes;
  }

  /** Whether {@link #insert} is likely to succeed. */
  boolean hasRoom() {
    return !full && items < file.capacity();
  }

  /** Adds an item that is not there; the record's address, or {@link #NO_ROOM}. */
  long insert(byte[] itemId, EncodedRecord record) {
    try (ExternalMapQueryContext<byte[], byte[], ?> context = map.queryContext(itemId)) {
      context.updateLock().lock();
      MapAbsentEntry<byte[], byte[]> absent = context.absentEntry();
      if (absent == null) {
        throw new AssertionError("an item is added that is there");
      }
      absent.doInsert(record);
      count(1, record.size());
      return address(context.entry());
    } catch (IllegalStateException | IllegalArgumentException e) {
      // Its words for a full segment and for a record larger than a segment.
      LOGGER.debug("the map is full before its time", e);
      full = true;
      return NO_ROOM;
    }
  }

  /**
   * Replaces an item where it lies.
   *
   * @return the record's address; {@link #ABSENT} when there is no such item; {@link #NO_ROOM} when
   *     the record is larger than the present one. Chronicle Map would find it another place, but
   *     gives the present one away before it knows of another, and then loses items when full.
   */
  long replace(byte[] itemId, EncodedRecord record) {
    try (ExternalMapQueryContext<byte[], byte[], ?> context = map.queryContext(itemId)) {
      context.updateLock().lock();
      MapEntry<byte[], byte[]> entry = context.entry();
      if (entry == null) {
        return ABSENT;
      }
      long before = entry.value().size();
      if (record.size() > before) {
        return NO_ROOM;
      }
      entry.doReplaceValue(record);
      count(0, record.size() - before);
      return address(context.entry());
    }
  }

  /** Removes an item; false when there was none. */
  boolean remove(byte[] itemId) {
    try (ExternalMapQueryContext<byte[], byte[], ?> context = map.queryContext(itemId)) {
      context.updateLock().lock();
      MapEntry<byte[], byte[]> entry = context.entry();
      if (entry == null) {
        return false;
      }
      long bytes = entry.value().size();
      entry.doRemove();
      count(-1, -bytes);
      full = false;
      return true;
    }
  }

  /** The address of the item's record, or {@link #ABSENT}. */
  long addressOf(byte[] itemId) {
    try (ExternalMapQueryContext<byte[], byte[], ?> context = map.queryContext(itemId)) {
      context.readLock().lock();
      return address(context.entry());
    }
  }

  /** Shows every item; holds one segment's update lock at a time. */
  void forEach(EntryConsumer consumer) {
    map.forEachEntry(
        entry ->
            consumer.accept(
                entry.key().get(), address(entry), Math.toIntExact(entry.value().size())));
  }

  /** Removes the items that one of the others holds; returns how many. */
  int removeAllIn(List<ItemMap> others) {
    List<byte[]> twice = new ArrayList<>();
    map.forEachEntry(
        entry -> {
          byte[] itemId = entry.key().get().clone(); // it uses the same array for the next
          for (ItemMap other : others) {
            if (other.addressOf(itemId) != ABSENT) {
              twice.add(itemId);
              return;
            }
          }
        });
    twice.forEach(this::remove);
    return twice.size();
  }

  /** About how much memory it has touched. The file, being sparse, is mapped far beyond that. */
  long sizeBytes() {
    return recordBytes + items * ENTRY_BYTES;
  }

  /** Brings all pages to disk. */
  void force() {
    if (map instanceof VanillaChronicleHash<?, ?, ?, ?> pages) {
      pages.msync();
    }
  }

  /** Unmaps it. */
  void close() {
    map.close();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  private void count(int items, long bytes) {
    this.items += items;
    this.recordBytes += bytes;
  }

  private static ItemMap counted(ChronicleMap<byte[], byte[]> map, MapFile file) {
    ItemMap counted = new ItemMap(map, file);
    map.forEachEntry(entry -> counted.count(1, entry.value().size()));
    readAtRandom(map); // not before: counting reads from one end to the other
    return counted;
  }

  private static ChronicleMap<byte[], byte[]> readAtRandom(ChronicleMap<byte[], byte[]> map) {
    if (map instanceof VanillaChronicleHash<?, ?, ?, ?> mapped) {
      MappedMemory.isReadAtRandom(mapped.bsAddress(), mapped.sizeInBytesWithoutTiers());
    }
    return map;
  }

  private static long address(@Nullable MapEntry<byte[], byte[]> entry) {
    if (entry == null) {
      return ABSENT;
    }
    Data<byte[]> value = entry.value();
    return value.bytes().addressForRead(value.offset());
  }

  private static ChronicleMapBuilder<byte[], byte[]> builder(MapFile file) {
    return ChronicleMapBuilder.of(byte[].class, byte[].class)
        .name("items-" + file.generation())
        .averageKeySize(USUAL_ID_BYTES)
        .averageValueSize(file.valueBytes())
        .entries(file.capacity())
        .actualSegments(Math.toIntExact(Math.ceilDiv(file.capacity(), SEGMENT_ITEMS)))
        // No entryAndValueOffsetAlignment: with it and records of several sizes, version 2026.1
        // loses items when one is added after another was removed.
        .maxBloatFactor(BLOAT_FACTOR)
        // Places nobody uses take no disk, and making the file takes no time.
        .sparseFile(true)
        .putReturnsNull(true)
        .removeReturnsNull(true)
        // Its exit hook would unmap the memory under running readers.
        .skipCloseOnExitHook(true);
  }

  private static Path existing(MapFile file, Path directory) throws IOException {
    Path path = file.in(directory);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return path;
  }

  private static void logCorruption(ChronicleHashCorruption corruption) {
    LOGGER.info("recovering segment {}: {}", corruption.segmentIndex(), corruption.message());
  }

  /** Takes the entries one by one. */
  @FunctionalInterface
  interface EntryConsumer {
    void accept(byte[] itemId, long address, int length);
  }
}
