package dev.molstream.retrieval.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.hash.ChronicleHashCorruption;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.hash.impl.VanillaChronicleHash;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Chronicle Map file: item id → record. All that is peculiar to Chronicle Map is in here. Safe
 * for any thread while open; after {@link #close} nothing may be called any more.
 */
final class ItemMap {
  private static final Logger LOGGER = LoggerFactory.getLogger(ItemMap.class);
  private static final int USUAL_ID_BYTES = 24;

  /**
   * Small maps get at least so many places: a handful of segments of a few items fills unevenly.
   */
  private static final long LEAST_CAPACITY = 1024;

  /** Lets a segment hold so many times its share before the map counts as full. */
  private static final double BLOAT_FACTOR = 2;

  private final ChronicleMap<String, byte[]> map;

  private ItemMap(ChronicleMap<String, byte[]> map) {
    this.map = map;
  }

  /** A new, empty map in place of any file of that name. */
  static ItemMap create(StoreManifest manifest, Path directory) throws IOException {
    Path file = manifest.mapFile(directory);
    Files.deleteIfExists(file);
    return new ItemMap(builder(manifest).createPersistedTo(file.toFile()));
  }

  /** A map that was closed cleanly. */
  static ItemMap open(StoreManifest manifest, Path directory) throws IOException {
    return new ItemMap(builder(manifest).createPersistedTo(existing(manifest, directory).toFile()));
  }

  /** A map whose process ended before it closed it. Nobody else may have it open. */
  static ItemMap recover(StoreManifest manifest, Path directory) throws IOException {
    Path file = existing(manifest, directory);
    return new ItemMap(
        builder(manifest).recoverPersistedTo(file.toFile(), true, ItemMap::logCorruption));
  }

  /** Deletes all maps in the directory but the manifest's. */
  static void deleteOthers(StoreManifest manifest, Path directory) throws IOException {
    Path kept = manifest.mapFile(directory).getFileName();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "items-*.map")) {
      for (Path file : files) {
        if (!file.getFileName().equals(kept)) {
          Files.delete(file);
        }
      }
    }
  }

  void put(String itemId, byte[] value) {
    map.put(itemId, value);
  }

  void remove(String itemId) {
    map.remove(itemId);
  }

  /** How many items; walks over all segments. */
  long size() {
    return map.longSize();
  }

  /** Shows every item; holds one segment's update lock at a time. */
  void forEach(BiConsumer<String, byte[]> consumer) {
    map.forEachEntry(entry -> consumer.accept(entry.key().get(), entry.value().get()));
  }

  /** The mean size of the values, {@code whenEmpty} when there are none. */
  long averageValueBytes(long whenEmpty) {
    long[] sum = new long[1];
    map.forEachEntry(entry -> sum[0] += entry.value().size());
    long count = size();
    return count == 0 ? whenEmpty : (sum[0] + count - 1) / count;
  }

  /** Copies floats out of a value without making it an object; false when there is no such item. */
  boolean copyFloats(String itemId, long offset, int count, float[] target, int position) {
    try (ExternalMapQueryContext<String, byte[], ?> context = map.queryContext(itemId)) {
      context.readLock().lock();
      MapEntry<String, byte[]> entry = context.entry();
      if (entry == null) {
        return false;
      }
      Data<byte[]> value = entry.value();
      RandomDataInput bytes = value.bytes();
      long from = value.offset() + offset;
      for (int i = 0; i < count; i++) {
        target[position + i] = bytes.readFloat(from + (long) i * Float.BYTES);
      }
      return true;
    }
  }

  /** Bytes mapped. */
  long sizeBytes() {
    return map.offHeapMemoryUsed();
  }

  /** Brings all pages to disk and unmaps them. */
  void close() {
    if (map instanceof VanillaChronicleHash<?, ?, ?, ?> pages) {
      pages.msync();
    }
    map.close();
  }

  private static ChronicleMapBuilder<String, byte[]> builder(StoreManifest manifest) {
    return ChronicleMapBuilder.of(String.class, byte[].class)
        .name("items of " + manifest.modelId())
        .averageKeySize(USUAL_ID_BYTES)
        .averageValueSize(manifest.valueBytes())
        .entries(Math.max(LEAST_CAPACITY, manifest.capacity()))
        .maxBloatFactor(BLOAT_FACTOR)
        .putReturnsNull(true)
        .removeReturnsNull(true)
        // Its exit hook would unmap the memory under running readers.
        .skipCloseOnExitHook(true);
  }

  private static Path existing(StoreManifest manifest, Path directory) throws IOException {
    Path file = manifest.mapFile(directory);
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return file;
  }

  private static void logCorruption(ChronicleHashCorruption corruption) {
    LOGGER.info("recovering segment {}: {}", corruption.segmentIndex(), corruption.message());
  }
}
