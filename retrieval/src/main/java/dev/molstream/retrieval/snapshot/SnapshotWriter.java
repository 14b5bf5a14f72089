package dev.molstream.retrieval.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Writes a snapshot file: {@value #MAGIC} and a version, then what is written, then the CRC-32C of
 * all that. Little-endian; arrays are preceded by their lengths. One thread.
 */
public final class SnapshotWriter implements Closeable {
  static final int MAGIC = 0x534E4150;

  /** Of what is written by all of them together: changes whenever one writes otherwise. */
  static final int VERSION = 1;

  private static final int BUFFER_BYTES = 1 << 20;

  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C checksum = new CRC32C();

  private SnapshotWriter(FileChannel channel) {
    this.channel = channel;
  }

  /** A writer that replaces the file. It counts only once {@link #finish} has been called. */
  public static SnapshotWriter create(Path file) throws IOException {
    SnapshotWriter writer =
        new SnapshotWriter(
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE));
    writer.buffer.putInt(MAGIC).putInt(VERSION);
    return writer;
  }

  public void writeInt(int value) throws IOException {
    room(Integer.BYTES).putInt(value);
  }

  public void writeLong(long value) throws IOException {
    room(Long.BYTES).putLong(value);
  }

  public void writeFloat(float value) throws IOException {
    room(Float.BYTES).putFloat(value);
  }

  public void writeText(String text) throws IOException {
    writeBytes(MemorySegment.ofArray(text.getBytes(UTF_8)));
  }

  public void writeInts(int[] values) throws IOException {
    writeInts(values, values.length);
  }

  /** Writes the first {@code count} of them. */
  public void writeInts(int[] values, int count) throws IOException {
    writeBytes(MemorySegment.ofArray(values).asSlice(0, (long) count * Integer.BYTES));
  }

  public void writeFloats(float[] values) throws IOException {
    writeBytes(MemorySegment.ofArray(values));
  }

  public void writeDoubles(double[] values) throws IOException {
    writeBytes(MemorySegment.ofArray(values));
  }

  /** Writes memory as it is, which is little-endian on every machine this runs on. */
  public void writeBytes(MemorySegment memory) throws IOException {
    writeLong(memory.byteSize());
    for (long from = 0; from < memory.byteSize(); ) {
      ByteBuffer target = room(1);
      int part = (int) Math.min(target.remaining(), memory.byteSize() - from);
      MemorySegment.copy(
          memory, from, MemorySegment.ofBuffer(target), 0, part); // from the buffer's position
      target.position(target.position() + part);
      from += part;
    }
  }

  /** Brings everything to disk. */
  public void finish() throws IOException {
    flush();
    buffer.putLong(checksum.getValue()).flip();
    write();
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private ByteBuffer room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  private void flush() throws IOException {
    buffer.flip();
    checksum.update(buffer.duplicate());
    write();
  }

  private void write() throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }
}
