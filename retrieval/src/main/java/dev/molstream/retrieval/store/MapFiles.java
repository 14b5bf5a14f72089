package dev.molstream.retrieval.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens and deletes the map files of a store together. */
final class MapFiles {
  private static final Logger LOGGER = LoggerFactory.getLogger(MapFiles.class);

  private MapFiles() {}

  /** The maps of a store that was closed cleanly, as the manifest lists them. */
  static List<ItemMap> open(StoreManifest manifest, Path directory) throws IOException {
    return each(manifest, file -> ItemMap.open(file, directory));
  }

  /** The maps of a store whose process ended before it closed it. */
  static List<ItemMap> recover(StoreManifest manifest, Path directory) throws IOException {
    List<ItemMap> maps = each(manifest, file -> ItemMap.recover(file, directory));
    for (int i = 0; i < maps.size() - 1; i++) {
      int removed = maps.get(i).removeAllIn(maps.subList(i + 1, maps.size()));
      if (removed > 0) {
        LOGGER.info("{} items were being moved from map {}", removed, i);
      }
    }
    return maps;
  }

  /** Deletes all map files in the directory but the manifest's. */
  static void deleteUnlisted(StoreManifest manifest, Path directory) throws IOException {
    List<Path> listed = manifest.files().stream().map(file -> file.in(directory)).toList();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "items-*.map")) {
      for (Path file : files) {
        if (!listed.contains(file)) {
          Files.delete(file);
        }
      }
    }
  }

  private static List<ItemMap> each(StoreManifest manifest, Opening opening) throws IOException {
    List<ItemMap> maps = new ArrayList<>();
    try {
      for (MapFile file : manifest.files()) {
        maps.add(opening.open(file));
      }
      return List.copyOf(maps);
    } catch (IOException | RuntimeException e) {
      maps.forEach(ItemMap::close);
      throw e;
    }
  }

  private interface Opening {
    ItemMap open(MapFile file) throws IOException;
  }
}
