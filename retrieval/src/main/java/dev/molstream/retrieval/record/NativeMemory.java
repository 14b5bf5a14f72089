package dev.molstream.retrieval.record;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Memory outside the heap by its address: little-endian, nothing need be aligned. No bounds, no
 * life times: a wrong address ends the process.
 */
public final class NativeMemory {
  /**
   * All of it; the offset is the address. A constant, so that compiled code goes straight to the
   * address: vector kernels load from here, too.
   */
  public static final MemorySegment ALL = all();

  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private NativeMemory() {}

  static int getInt(long address) {
    return ALL.get(INT, address);
  }

  static void putInt(long address, int value) {
    ALL.set(INT, address, value);
  }

  public static short getShort(long address) {
    return ALL.get(SHORT, address);
  }

  static void putShort(long address, short value) {
    ALL.set(SHORT, address, value);
  }

  public static byte getByte(long address) {
    return ALL.get(ValueLayout.JAVA_BYTE, address);
  }

  public static float getFloat(long address) {
    return ALL.get(FLOAT, address);
  }

  static void putFloat(long address, float value) {
    ALL.set(FLOAT, address, value);
  }

  static void copyFloats(long from, float[] target, int position, int count) {
    MemorySegment.copy(ALL, FLOAT, from, target, position, count);
  }

  static void putFloats(long to, float[] source) {
    MemorySegment.copy(source, 0, ALL, FLOAT, to, source.length);
  }

  static byte[] copyBytes(long from, int count) {
    byte[] bytes = new byte[count];
    MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, from, bytes, 0, count);
    return bytes;
  }

  static void copyBytes(long from, byte[] target, int position, int count) {
    MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, from, target, position, count);
  }

  static void putBytes(long to, byte[] source) {
    MemorySegment.copy(source, 0, ALL, ValueLayout.JAVA_BYTE, to, source.length);
  }

  /** The first offset at which the two ranges of bytes differ; -1 when they do not. */
  static long mismatch(long a, long b, int count) {
    return MemorySegment.mismatch(ALL, a, a + count, ALL, b, b + count);
  }

  @SuppressWarnings("restricted") // addresses of Chronicle Map are all there is
  private static MemorySegment all() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }
}
