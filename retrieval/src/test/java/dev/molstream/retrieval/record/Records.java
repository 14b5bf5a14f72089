package dev.molstream.retrieval.record;

import dev.molstream.retrieval.MolItem;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/** Records in native memory for tests. */
public final class Records {
  private Records() {}

  /** The bytes at an address. */
  public static ByteBuffer copy(long address, int length) {
    return ByteBuffer.wrap(NativeMemory.copyBytes(address, length));
  }

  /** The bytes of the item's record. */
  public static ByteBuffer bytes(RecordLayout layout, MolItem item) {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(layout.largestBytes()).address();
      return copy(address, layout.encode(item, address));
    }
  }

  /** The item's record in memory of its own; returns the address. */
  public static long place(RecordLayout layout, MolItem item, Arena arena) {
    return place(bytes(layout, item).array(), arena);
  }

  /** The bytes in memory of their own; returns the address. */
  static long place(byte[] record, Arena arena) {
    long address = arena.allocate(Math.max(1, record.length)).address();
    NativeMemory.putBytes(address, record);
    return address;
  }
}
