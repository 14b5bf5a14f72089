package dev.molstream.retrieval.store;

import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.MolShape;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the map file beside it holds. Needed because Chronicle Map opens any existing file with that
 * file's own settings, whatever was asked for.
 *
 * @param layoutVersion {@link RecordLayout#VERSION} of its records
 * @param modelId whose vectors
 * @param shape their sizes
 * @param generation the number in the map's file name
 * @param capacity how many items it was sized for
 * @param valueBytes the average record size it was sized for
 * @param boot {@link MachineBoot} at which it was opened last
 */
record StoreManifest(
    int layoutVersion,
    String modelId,
    MolShape shape,
    long generation,
    long capacity,
    long valueBytes,
    String boot) {

  private static final String FILE = "manifest.properties";

  /** A manifest for an empty map. */
  static StoreManifest fresh(IndexSettings settings, long generation, String boot) {
    return new StoreManifest(
        RecordLayout.VERSION,
        settings.modelId(),
        settings.shape(),
        generation,
        settings.expectedItems(),
        new RecordLayout(settings.shape()).usualBytes(),
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
          number(values, "generation"),
          number(values, "capacity"),
          number(values, "valueBytes"),
          text(values, "boot"));
    } catch (IllegalArgumentException e) {
      // Another version's manifest or a damaged one: the map beside it is as good as none.
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
        generation=%d
        capacity=%d
        valueBytes=%d
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
                generation,
                capacity,
                valueBytes,
                boot));
  }

  /** Whether the records serve this model. */
  boolean serves(String modelId, MolShape shape) {
    return layoutVersion == RecordLayout.VERSION
        && this.modelId.equals(modelId)
        && this.shape.equals(shape);
  }

  /** The map file. */
  Path mapFile(Path directory) {
    return directory.resolve("items-" + generation + ".map");
  }

  /** The same contents, opened at this boot. */
  StoreManifest openedAt(String boot) {
    return new StoreManifest(layoutVersion, modelId, shape, generation, capacity, valueBytes, boot);
  }

  /** A next map file of other size. */
  StoreManifest next(long capacity, long valueBytes) {
    return new StoreManifest(
        layoutVersion, modelId, shape, generation + 1, capacity, valueBytes, boot);
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
