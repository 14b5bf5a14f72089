package dev.molstream.service.release;

import dev.molstream.schemas.BundleChunkKey;
import dev.molstream.schemas.BundleFileEntry;
import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Verified local copies of released bundles: {@code DIRECTORY/MODELID/FILE}. A copy is assembled
 * beside its place and moved there when every digest is right, so what lies there is whole; a
 * restart checks the digests again and fetches only what is not right. Processes may share the
 * directory. One thread.
 */
public final class BundleStore {
  private final Path directory;
  private final TopicCatalogue topics;
  private final Supplier<Consumer<byte[], byte[]>> consumers;

  /**
   * @param consumers makes a consumer that reads committed records only, in no group; closed here
   */
  public BundleStore(
      Path directory, TopicCatalogue topics, Supplier<Consumer<byte[], byte[]>> consumers) {
    this.directory = directory;
    this.topics = topics;
    this.consumers = consumers;
  }

  /**
   * The folder of the release's bundle, fetched from the topic unless it is there already. Of a
   * release with another location, that location: its digests are for the reader to check.
   *
   * @throws UnusableReleaseException when chunks are missing or a digest is wrong
   * @throws UncheckedIOException when the copy cannot be written
   */
  public Path fetch(ModelRelease release) {
    if (!release.getLocation().equals(ReleaseWriter.LOCATION)) {
      return Path.of(release.getLocation());
    }
    for (BundleFileEntry file : release.getBundleFiles()) {
      requireSound(release, file);
    }
    Path target = directory.resolve(release.getModelId());
    try {
      if (!isWhole(target, release)) {
        delete(target);
        assemble(target, release);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot keep the bundle of %s in %s".formatted(release.getModelId(), directory), e);
    }
  }

  /** Deletes the copy of a model's bundle, if there is one. */
  public void drop(String modelId) {
    try {
      delete(directory.resolve(modelId));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assemble(Path target, ModelRelease release) throws IOException {
    Files.createDirectories(directory);
    Path part = Files.createTempDirectory(directory, release.getModelId() + ".part-");
    try {
      try (Consumer<byte[], byte[]> consumer = consumers.get();
          BundleAssembly assembly = BundleAssembly.in(part, release)) {
        assembly.readFrom(consumer, topics.name(Topic.MODEL_BUNDLES));
      }
      for (BundleFileEntry file : release.getBundleFiles()) {
        String actual = sha256(part.resolve(file.getName()));
        if (!actual.equalsIgnoreCase(file.getSha256())) {
          throw new UnusableReleaseException(
              "%s of %s has SHA-256 %s, its release says %s"
                  .formatted(file.getName(), release.getModelId(), actual, file.getSha256()));
        }
      }
      try {
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        if (!isWhole(target, release)) { // another process may have been faster
          throw e;
        }
      }
    } finally {
      delete(part);
    }
  }

  private static void requireSound(ModelRelease release, BundleFileEntry file) {
    try {
      BundleChunkKey first = new BundleChunkKey(release.getModelId(), file.getName(), 0);
      if (BundleChunkKey.chunkBytes(file.getBytes(), file.getChunks()).isEmpty()) {
        throw new IllegalArgumentException(
            "%s has %d bytes in %d chunks, %d bytes each is valid"
                .formatted(
                    first.file(), file.getBytes(), file.getChunks(), BundleChunkKey.CHUNK_BYTES));
      }
    } catch (IllegalArgumentException e) {
      throw new UnusableReleaseException(release.getModelId() + ": " + e.getMessage());
    }
  }

  private static boolean isWhole(Path folder, ModelRelease release) throws IOException {
    for (BundleFileEntry file : release.getBundleFiles()) {
      Path path = folder.resolve(file.getName());
      if (!Files.isRegularFile(path)
          || Files.size(path) != file.getBytes()
          || !sha256(path).equalsIgnoreCase(file.getSha256())) {
        return false;
      }
    }
    return Files.isDirectory(folder);
  }

  /** Hex SHA-256 of a file. */
  static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException done) { // perhaps by another process, right now
      return;
    }
    Files.deleteIfExists(folder);
  }
}
