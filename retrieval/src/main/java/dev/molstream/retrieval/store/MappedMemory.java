package dev.molstream.retrieval.store;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import net.openhft.chronicle.core.OS;

/** Tells the operating system how the memory of a mapped file is used: {@code madvise(2)}. */
final class MappedMemory {
  /** Of Linux and of macOS. */
  private static final int MADV_RANDOM = 1;

  private MappedMemory() {}

  /**
   * Says that what lies next to what is touched is not needed next. Otherwise each first touch
   * reads ahead, by as much as the disk is set to: up to 8 MiB, which in a sparse file are made up
   * of zeros on the spot, while nothing else runs on that processor. Without {@code madvise} this
   * does nothing.
   *
   * @param address where the mapping, or a part of it, begins
   * @param bytes how long that is, all of it mapped
   */
  @SuppressWarnings("IllegalCatch") // what invoking a method handle declares
  static void isReadAtRandom(long address, long bytes) {
    Optional<MethodHandle> advise = Advise.HANDLE;
    if (advise.isEmpty()) {
      return;
    }
    long begin = address & -OS.pageSize();
    long length = address + bytes - begin;
    int failed;
    try {
      failed = (int) advise.get().invokeExact(MemorySegment.ofAddress(begin), length, MADV_RANDOM);
    } catch (Throwable e) {
      throw new IllegalStateException("madvise cannot be called", e);
    }
    if (failed != 0) {
      throw new IllegalStateException(
          "madvise refuses %,d bytes at %#x: they are not mapped".formatted(length, begin));
    }
  }

  /** {@code int madvise(void *address, size_t bytes, int advice)} of the C library. */
  private static final class Advise {
    static final Optional<MethodHandle> HANDLE =
        Linker.nativeLinker()
            .defaultLookup()
            .find("madvise")
            .map(
                function ->
                    Linker.nativeLinker()
                        .downcallHandle(
                            function,
                            FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT)));
  }
}
