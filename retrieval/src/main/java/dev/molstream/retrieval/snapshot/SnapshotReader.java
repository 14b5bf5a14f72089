package dev.molstream.retrieval.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Reads what a {@link SnapshotWriter} wrote, in the same order. The whole file is checked before
 * anything is read, so that what is read is what was written. One thread.
 */
public final class SnapshotReader implements Closeable {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final long CHECKED_AT_ONCE = 1L << 26;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory;
  private long position;

  private SnapshotReader(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      this.memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Opens a snapshot.
   *
   * @throws IOException when it is damaged, of another version, or cannot be read
   */
  public static SnapshotReader open(Path file) throws IOException {
    SnapshotReader reader = new SnapshotReader(file);
    try {
      reader.check(file);
      return reader;
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  public int readInt() {
    return memory.get(INT, advance(Integer.BYTES));
  }

  public long readLong() {
    return memory.get(LONG, advance(Long.BYTES));
  }

  public float readFloat() {
    return memory.get(FLOAT, advance(Float.BYTES));
  }

  public String readText() {
    return new String(readBytes().toArray(ValueLayout.JAVA_BYTE), UTF_8);
  }

  public int[] readInts() {
    return readBytes().toArray(INT);
  }

  public float[] readFloats() {
    return readBytes().toArray(FLOAT);
  }

  public double[] readDoubles() {
    return readBytes().toArray(DOUBLE);
  }

  /** The memory that was written; valid until {@link #close}. */
  public MemorySegment readBytes() {
    long bytes = readLong();
    return memory.asSlice(advance(bytes), bytes);
  }

  @Override
  public void close() {
    arena.close();
  }

  private long advance(long bytes) {
    long from = position;
    position += bytes;
    return from;
  }

  private void check(Path file) throws IOException {
    long content = memory.byteSize() - Long.BYTES;
    if (content < 2 * Integer.BYTES || readInt() != SnapshotWriter.MAGIC) {
      throw new IOException(file + " is not a snapshot");
    }
    int version = readInt();
    if (version != SnapshotWriter.VERSION) {
      throw new IOException(
          file + " has version " + version + " instead of " + SnapshotWriter.VERSION);
    }
    CRC32C checksum = new CRC32C();
    for (long from = 0; from < content; from += CHECKED_AT_ONCE) {
      checksum.update(
          memory.asSlice(from, Math.min(CHECKED_AT_ONCE, content - from)).asByteBuffer());
    }
    if (checksum.getValue() != memory.get(LONG, content)) {
      throw new IOException(file + " is damaged");
    }
  }
}
