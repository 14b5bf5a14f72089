package dev.molstream.benchmark.machine;

import dev.molstream.benchmark.report.Row;
import dev.molstream.retrieval.kernel.CodeScanner;
import dev.molstream.retrieval.kernel.KernelKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * How fast the engine's first stage goes over codes, held against the rate at which the same memory
 * can be read at all, by turns.
 */
public final class ScanRate {
  private static final int DIMENSION = 32;
  private static final int ROUNDS = 10;

  /** More than any cache holds. */
  private static final int ITEMS = 4 << 20;

  private ScanRate() {}

  /** Measures on one thread. */
  public static Row measure() {
    int blocks = ITEMS / CodeScanner.BLOCK_ITEMS;
    long bytes = (long) blocks * CodeScanner.BLOCK_ITEMS * DIMENSION;
    CodeScanner scanner = KernelKind.chosen().createScanner();
    float[] weights = new float[DIMENSION];
    Arrays.fill(weights, 1);
    scanner.prepare(weights);
    int[] positions = new int[CodeScanner.BLOCK_ITEMS];
    float[] scores = new float[CodeScanner.BLOCK_ITEMS];
    double scan = 0;
    double read = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment codes = arena.allocate(bytes, CodeScanner.BLOCK_ITEMS);
      codes.fill((byte) 1);
      for (int round = 0; round < ROUNDS; round++) {
        long started = System.nanoTime();
        // No item reaches the floor: what is measured is the scan alone.
        int found =
            scanner.scanAbove(
                codes.address(), blocks, Float.POSITIVE_INFINITY, positions, scores, 0);
        double nanos = System.nanoTime() - started + found;
        scan = Math.max(scan, bytes / nanos);
        started = System.nanoTime();
        long sum = ReadBandwidth.read(codes);
        nanos = System.nanoTime() - started + (sum & 1);
        read = Math.max(read, bytes / nanos);
      }
    }
    return Row.of("scan")
        .with("items", ITEMS)
        .with("codeBytes", DIMENSION)
        .with("scanGBps", scan)
        .with("readGBps", read)
        .with("shareOfReadBandwidth", scan / read)
        .with("millisPerMillionItems", DIMENSION / scan);
  }
}
