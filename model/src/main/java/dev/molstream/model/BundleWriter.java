package dev.molstream.model;

import dev.molstream.retrieval.GatingNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes bundles. */
public final class BundleWriter {
  private static final Set<String> BUNDLE_FILES =
      Stream.concat(
              Stream.of(BundleFile.MANIFEST),
              Arrays.stream(BundleFile.values()).map(BundleFile::fileName))
          .collect(Collectors.toUnmodifiableSet());

  private BundleWriter() {}

  /**
   * Writes a bundle to {@code directory}, whole or not at all: into a temporary sibling first,
   * which is verified as {@link ModelBundle#read} does and then renamed. An existing bundle there
   * is replaced; since folders cannot be exchanged in one step, for an instant there is none.
   * Missing parent folders are made.
   *
   * @throws InvalidBundleException when the towers, weights or ids do not make a valid bundle
   * @throws IllegalArgumentException when {@code directory} exists and is not a bundle
   * @throws UncheckedIOException when the disk refuses
   */
  public static void write(
      Path directory,
      ModelManifest manifest,
      byte[] queryTowerOnnx,
      byte[] itemTowerOnnx,
      GatingNetwork gating,
      List<String> trainedItemIds) {
    write(directory, manifest, queryTowerOnnx, itemTowerOnnx, gating, trainedItemIds, null);
  }

  /** As the other, with the weights a later training may start from. */
  public static void write(
      Path directory,
      ModelManifest manifest,
      byte[] queryTowerOnnx,
      byte[] itemTowerOnnx,
      GatingNetwork gating,
      List<String> trainedItemIds,
      @Nullable TrainedWeights weights) {
    Path target = directory.toAbsolutePath().normalize();
    try {
      requireReplaceable(target);
      Path temporary = target.resolveSibling("." + target.getFileName() + "-" + UUID.randomUUID());
      Files.createDirectories(temporary);
      try {
        writeFiles(
            temporary, manifest, queryTowerOnnx, itemTowerOnnx, gating, trainedItemIds, weights);
        ModelBundle.read(temporary);
        replace(target, temporary);
      } finally {
        delete(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the bundle " + target, e);
    }
  }

  /** Writes the files of a bundle into an existing folder, without verifying them. */
  static void writeFiles(
      Path directory,
      ModelManifest manifest,
      byte[] queryTowerOnnx,
      byte[] itemTowerOnnx,
      GatingNetwork gating,
      List<String> trainedItemIds,
      @Nullable TrainedWeights weights)
      throws IOException {
    Map<BundleFile, String> digests = new EnumMap<>(BundleFile.class);
    for (BundleFile file : BundleFile.values()) {
      byte @Nullable [] bytes =
          switch (file) {
            case QUERY_TOWER -> queryTowerOnnx;
            case ITEM_TOWER -> itemTowerOnnx;
            case GATING -> GatingFile.write(manifest.shape(), gating);
            case ITEM_IDS -> ItemIdFile.write(trainedItemIds);
            case WEIGHTS -> weights == null ? null : weights.toBytes();
          };
      if (bytes == null) {
        continue;
      }
      writeDurably(file.in(directory), bytes);
      digests.put(file, BundleFolder.sha256(ByteBuffer.wrap(bytes)));
    }
    writeDurably(
        directory.resolve(BundleFile.MANIFEST), new ManifestFile(manifest, digests).toBytes());
  }

  /** So that a mistaken path never costs anyone a folder of theirs. */
  private static void requireReplaceable(Path target) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new IllegalArgumentException(
          target + " is not a folder, valid is a new folder or an existing bundle");
    }
    try (Stream<Path> entries = Files.list(target)) {
      entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !BUNDLE_FILES.contains(name))
          .findFirst()
          .ifPresent(
              name -> {
                throw new IllegalArgumentException(
                    "%s holds %s, which is no part of a bundle; valid is a new folder or an existing bundle"
                        .formatted(target, name));
              });
    }
  }

  private static void writeDurably(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void replace(Path target, Path temporary) throws IOException {
    if (!Files.exists(target)) {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Path previous = Path.of(temporary + "-previous");
    Files.move(target, previous, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(previous, target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    delete(previous);
  }

  /** Deletes a folder of files, if it exists. */
  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> entries = Files.list(folder)) {
        for (Path entry : entries.toList()) {
          Files.delete(entry);
        }
      }
      Files.delete(folder);
    }
  }
}
