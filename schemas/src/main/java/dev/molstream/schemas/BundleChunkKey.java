package dev.molstream.schemas;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The key of model-bundles: one part of one file of one model's bundle, written {@code
 * MODELID/FILE/NNNNN}. All parts of a file but the last are {@link #CHUNK_BYTES} long; those that
 * the first releases uploaded, twice as long.
 *
 * @param modelId 1 to 128 letters, digits, '.', '_' and '-'
 * @param file name in the bundle's folder: characters as in a model id, at least one of them not a
 *     dot
 * @param number 0 to 99999, in the file's order
 */
public record BundleChunkKey(String modelId, String file, int number) {
  /**
   * Length of a part, bytes: well below the 1 MiB that brokers take by default, and below half of a
   * region of G1 (1 MiB in small heaps), so that no part is a humongous object to a broker or a
   * service.
   */
  public static final int CHUNK_BYTES = 256 << 10;

  private static final int FORMER_CHUNK_BYTES = 512 << 10;
  private static final int MOST_CHUNKS = 100_000;
  private static final Pattern FILE = Pattern.compile("(?!\\.+$)[a-zA-Z0-9._-]{1,128}");
  private static final Pattern KEY = Pattern.compile("([^/]*)/([^/]*)/([0-9]{5})");

  public BundleChunkKey {
    EmbeddingKey.requireModelId(modelId);
    if (!FILE.matcher(file).matches()) {
      throw new IllegalArgumentException(
          "bundle file '%s' is not valid: use 1 to 128 letters, digits, '.', '_' and '-'"
              .formatted(RecordFormatException.shown(file)));
    }
    if (number < 0 || number >= MOST_CHUNKS) {
      throw new IllegalArgumentException(
          "chunk number %d is not valid: 0 to %d is".formatted(number, MOST_CHUNKS - 1));
    }
  }

  /**
   * Reads a record key.
   *
   * @throws IllegalArgumentException when {@code text} is not {@code MODELID/FILE/NNNNN}
   */
  public static BundleChunkKey parse(String text) {
    Matcher key = KEY.matcher(text);
    if (!key.matches()) {
      throw new IllegalArgumentException(
          "bundle key '%s' is not valid: MODELID/FILE/NNNNN is"
              .formatted(RecordFormatException.shown(text)));
    }
    return new BundleChunkKey(key.group(1), key.group(2), Integer.parseInt(key.group(3)));
  }

  /** How many parts a file of this length has; an empty file has one empty part. */
  public static int chunks(long bytes) {
    return chunks(bytes, CHUNK_BYTES);
  }

  /**
   * The length of all parts but the last of a file that was uploaded in so many; empty where no
   * release uploads it so.
   */
  public static OptionalInt chunkBytes(long bytes, int chunks) {
    return IntStream.of(CHUNK_BYTES, FORMER_CHUNK_BYTES)
        .filter(length -> bytes >= 0 && chunks(bytes, length) == chunks)
        .findFirst();
  }

  private static int chunks(long bytes, int length) {
    return (int) Math.max(1, (bytes + length - 1) / length);
  }

  /** The record key as text. */
  @Override
  public String toString() {
    return "%s/%s/%05d".formatted(modelId, file, number);
  }
}
