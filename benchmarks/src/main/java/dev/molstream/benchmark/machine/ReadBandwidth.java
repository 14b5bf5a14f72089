package dev.molstream.benchmark.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** How fast one thread reads off-heap memory from end to end: no scan is faster. */
final class ReadBandwidth {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long SIZE_BYTES = 512L << 20;
  private static final int ROUNDS = 8;

  private ReadBandwidth() {}

  /** Bytes per second, the best of several rounds. */
  static double measure() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(SIZE_BYTES, 64);
      memory.fill((byte) 1); // untouched pages would all be the same one
      long best = Long.MAX_VALUE;
      long sum = 0;
      for (int round = 0; round < ROUNDS; round++) {
        long started = System.nanoTime();
        sum += read(memory);
        best = Math.min(best, System.nanoTime() - started);
      }
      if (sum == 1) {
        throw new IllegalStateException("an even number of equal words gave an odd sum");
      }
      return SIZE_BYTES * 1e9 / best;
    }
  }

  /** The sum of all words; the memory is a multiple of 256 bytes long. */
  static long read(MemorySegment memory) {
    LongVector sum0 = LongVector.zero(SPECIES);
    LongVector sum1 = sum0;
    LongVector sum2 = sum0;
    LongVector sum3 = sum0;
    long step = SPECIES.vectorByteSize();
    for (long offset = 0; offset < memory.byteSize(); offset += 4 * step) {
      sum0 = sum0.add(LongVector.fromMemorySegment(SPECIES, memory, offset, ORDER));
      sum1 = sum1.add(LongVector.fromMemorySegment(SPECIES, memory, offset + step, ORDER));
      sum2 = sum2.add(LongVector.fromMemorySegment(SPECIES, memory, offset + 2 * step, ORDER));
      sum3 = sum3.add(LongVector.fromMemorySegment(SPECIES, memory, offset + 3 * step, ORDER));
    }
    return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
  }
}
