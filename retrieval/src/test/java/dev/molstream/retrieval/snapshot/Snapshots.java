package dev.molstream.retrieval.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** What was saved and read again, for tests. */
public final class Snapshots {
  private Snapshots() {}

  /** Writes something. */
  @FunctionalInterface
  public interface Saving {
    void save(SnapshotWriter out) throws IOException;
  }

  /** Saves to a file and reads it. */
  public static <T> T saveAndRestore(Saving saving, Function<SnapshotReader, T> restoring) {
    try {
      Path file = Files.createTempFile("test", ".snapshot");
      try {
        write(file, saving);
        try (SnapshotReader in = SnapshotReader.open(file)) {
          return restoring.apply(in);
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, Saving saving) throws IOException {
    try (SnapshotWriter out = SnapshotWriter.create(file)) {
      saving.save(out);
      out.finish();
    }
  }
}
