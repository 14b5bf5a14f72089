package dev.molstream.retrieval.store;

import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.VectorFormat;
import dev.molstream.retrieval.record.RecordLayout;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the map files beside it hold. Needed because Chronicle Map opens any existing file with that
 * file's own settings, whatever was asked for. A file that is not listed is not part of the store.
 *
 * @param layoutVersion {@link RecordLayout#VERSION} of its records
 * @param modelId whose vectors
 * @param shape their sizes
 * @param format how they are held
 * @param files the map files, oldest first, at least one
 * @param boot {@link MachineBoot} at which they were opened last
 */
record StoreManifest(
    int layoutVersion,
    String modelId,
    MolShape shape,
    VectorFormat format,
    List<MapFile> files,
    String boot) {

  private static final String FILE = "manifest.properties";

  /**
   * Small maps get at least so many places: a handful of segments of a few items fills unevenly.
   */
  private static final long LEAST_CAPACITY = 1024;

  StoreManifest {
    files = List.copyOf(files);
    if (files.isEmpty()) {
      throw new IllegalArgumentException("a store without a map file");
    }
  }

  /** A manifest for an empty store, whose first map is of this generation. */
  static StoreManifest fresh(IndexSettings settings, long generation, String boot) {
    RecordLayout layout = new RecordLayout(settings.shape(), settings.format());
    long capacity = Math.max(LEAST_CAPACITY, settings.expectedItems());
    return new StoreManifest(
        RecordLayout.VERSION,
        settings.modelId(),
        settings.shape(),
        settings.format(),
        List.of(new MapFile(generation, capacity, layout.usualBytes())),
        boot);
  }

  /** The manifest in the directory; null when there is none that can be read. */
  static @Nullable StoreManifest read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    Properties values = new Properties();
    try {
      values.load(new StringReader(Files.readString(file)));
      return new StoreManifest(
          (int) number(values, "layoutVersion"),
          text(values, "modelId"),
          new MolShape(
              (int) number(values, "baseDimension"),
              (int) number(values, "queryComponents"),
              (int) number(values, "itemComponents"),
              (int) number(values, "componentDimension"),
              (int) number(values, "gateHidden"),
              Float.parseFloat(text(values, "temperature"))),
          VectorFormat.valueOf(text(values, "format")),
          Arrays.stream(text(values, "maps").split(",", -1)).map(MapFile::parse).toList(),
          text(values, "boot"));
    } catch (IllegalArgumentException e) {
      // Another version's manifest or a damaged one: the maps beside it are as good as none.
      return null;
    }
  }

  /** Replaces the manifest in the directory. */
  void write(Path directory) throws IOException {
    DurableFiles.write(
        directory.resolve(FILE),
        """
        layoutVersion=%d
        modelId=%s
        baseDimension=%d
        queryComponents=%d
        itemComponents=%d
        componentDimension=%d
        gateHidden=%d
        temperature=%s
        format=%s
        maps=%s
        boot=%s
        """
            .formatted(
                layoutVersion,
                modelId,
                shape.baseDimension(),
                shape.queryComponents(),
                shape.itemComponents(),
                shape.componentDimension(),
                shape.gateHidden(),
                shape.temperature(),
                format,
                files.stream().map(MapFile::toString).collect(Collectors.joining(",")),
                boot));
  }

  /** Whether the records serve these settings. */
  boolean serves(IndexSettings settings) {
    return layoutVersion == RecordLayout.VERSION
        && modelId.equals(settings.modelId())
        && shape.equals(settings.shape())
        && format == settings.format();
  }

  /** The map file that new items go to. */
  MapFile newest() {
    return files.getLast();
  }

  /** How many items all files were sized for. */
  long capacity() {
    return files.stream().mapToLong(MapFile::capacity).sum();
  }

  /** The same contents, opened at this boot. */
  StoreManifest openedAt(String boot) {
    return new StoreManifest(layoutVersion, modelId, shape, format, files, boot);
  }

  /** One more map file of this size. */
  StoreManifest grown(long capacity, long valueBytes) {
    List<MapFile> grown = new ArrayList<>(files);
    grown.add(new MapFile(newest().generation() + 1, capacity, valueBytes));
    return new StoreManifest(layoutVersion, modelId, shape, format, grown, boot);
  }

  /** One map file for all in place of the present ones. */
  StoreManifest cleared() {
    MapFile only = new MapFile(newest().generation() + 1, capacity(), newest().valueBytes());
    return new StoreManifest(layoutVersion, modelId, shape, format, List.of(only), boot);
  }

  private static String text(Properties values, String key) {
    String value = values.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
    return value;
  }

  private static long number(Properties values, String key) {
    return Long.parseLong(text(values, key));
  }
}
