package dev.molstream.retrieval.store;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The file that says up to where the source has been taken in: one line {@code partition=next}. */
final class SourceOffsets {
  private final Path file;

  SourceOffsets(Path directory) {
    this.file = directory.resolve("offsets.properties");
  }

  /** What was written last; empty when nothing was or the file is damaged. */
  Map<Integer, Long> read() throws IOException {
    if (!Files.exists(file)) {
      return Map.of();
    }
    Properties lines = new Properties();
    Map<Integer, Long> offsets = new HashMap<>();
    try {
      lines.load(new StringReader(Files.readString(file)));
      for (String partition : lines.stringPropertyNames()) {
        offsets.put(Integer.valueOf(partition), Long.valueOf(lines.getProperty(partition)));
      }
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
    return Map.copyOf(offsets);
  }

  void write(Map<Integer, Long> offsets) throws IOException {
    StringBuilder lines = new StringBuilder();
    new TreeMap<>(offsets)
        .forEach(
            (partition, next) -> lines.append(partition).append('=').append(next).append('\n'));
    DurableFiles.write(file, lines.toString());
  }

  void delete() throws IOException {
    DurableFiles.delete(file);
  }
}
