package dev.molstream.retrieval.store;

import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.record.NativeMemory;
import dev.molstream.retrieval.record.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.bytes.RandomDataInput;
import net.openhft.chronicle.hash.AbstractData;
import org.jspecify.annotations.Nullable;

/**
 * The record about to be put, in a buffer outside the heap that is used for one after the other:
 * Chronicle Map copies it from there, and no array is made. One thread.
 */
final class EncodedRecord extends AbstractData<byte[]> implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final PointerBytesStore bytes = BytesStore.nativePointer();
  private final RecordLayout layout;
  private final long address;
  private int length;

  EncodedRecord(RecordLayout layout) {
    this.layout = layout;
    MemorySegment buffer = arena.allocate(layout.largestBytes(), Long.BYTES);
    this.address = buffer.address();
    bytes.set(address, buffer.byteSize());
  }

  /** Holds this item from now on. */
  void set(MolItem item, byte[] itemId) {
    length = layout.encode(item, itemId, address);
  }

  @Override
  public RandomDataInput bytes() {
    return bytes;
  }

  @Override
  public long offset() {
    return bytes.start();
  }

  @Override
  public long size() {
    return length;
  }

  @Override
  public byte[] get() {
    return getUsing(null);
  }

  @Override
  public byte[] getUsing(byte @Nullable [] using) {
    byte[] copy = using != null && using.length == length ? using : new byte[length];
    MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_BYTE, address, copy, 0, length);
    return copy;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
