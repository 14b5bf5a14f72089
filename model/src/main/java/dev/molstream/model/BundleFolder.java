package dev.molstream.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads a bundle's files, each checked against its digest. Immutable; any thread. */
record BundleFolder(Path directory) {
  private static final long LARGEST_MANIFEST = 1 << 20;

  /** The bytes of model.json. */
  byte[] manifest() {
    if (!Files.isDirectory(directory)) {
      throw new InvalidBundleException(
          directory + " is not a folder; a bundle is a folder with " + BundleFile.MANIFEST);
    }
    ByteBuffer bytes = map(BundleFile.MANIFEST);
    if (bytes.remaining() > LARGEST_MANIFEST) {
      throw problem(
          BundleFile.MANIFEST,
          "is %d bytes long, valid is at most %d".formatted(bytes.remaining(), LARGEST_MANIFEST));
    }
    return copy(bytes);
  }

  /** The file's bytes, direct: a read-only mapping of the file, whose digest is the given one. */
  ByteBuffer map(BundleFile file, String sha256) {
    ByteBuffer bytes = map(file.fileName());
    String actual = sha256(bytes.duplicate());
    if (!actual.equalsIgnoreCase(sha256)) {
      throw problem(
          file.fileName(), "has SHA-256 " + actual + ", valid is what model.json lists: " + sha256);
    }
    return bytes;
  }

  /** Parses a file, adding its name to what the parser finds wrong. */
  <T> T parse(BundleFile file, String sha256, Function<byte[], T> parser) {
    byte[] bytes = copy(map(file, sha256));
    return naming(file.fileName(), () -> parser.apply(bytes));
  }

  /** Runs a check of a file, adding its name to what the check finds wrong. */
  <T> T naming(String fileName, Supplier<T> check) {
    try {
      return check.get();
    } catch (IllegalArgumentException | IllegalStateException e) {
      String message = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
      throw new InvalidBundleException(directory.resolve(fileName) + ": " + message, e);
    }
  }

  static String sha256(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private ByteBuffer map(String fileName) {
    Path path = directory.resolve(fileName);
    if (Files.isDirectory(path)) {
      throw problem(fileName, "is a folder, valid is a file");
    }
    try (FileChannel channel = FileChannel.open(path)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw problem(fileName, "is " + channel.size() + " bytes long, valid is less than 2 GiB");
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    } catch (NoSuchFileException e) {
      throw new InvalidBundleException(path + " is missing", e);
    } catch (IOException e) {
      throw new InvalidBundleException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private InvalidBundleException problem(String fileName, String message) {
    return new InvalidBundleException(directory.resolve(fileName) + ": " + message);
  }

  private static byte[] copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }
}
