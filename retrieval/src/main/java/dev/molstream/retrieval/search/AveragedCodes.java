package dev.molstream.retrieval.search;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.CodeScanner;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The mean component of every item as {@code d} bytes, by slot, in dimension-major blocks of
 * {@value CodeScanner#BLOCK_ITEMS}: what the paper's TopKAvg scans (section 4.2). Grows by chunks
 * that never move. One writer, any number of readers; what they read is a hint.
 */
public final class AveragedCodes {
  private static final int BLOCK_ITEMS = CodeScanner.BLOCK_ITEMS;

  private static final int CHUNK_BLOCKS = 1024;
  private static final int CHUNK_SLOTS = CHUNK_BLOCKS * BLOCK_ITEMS;

  private final int dimension;
  private final int itemComponents;

  /** Numbers of a mean of unit vectors that are larger than this are held at it. */
  private final float largest;

  private volatile MemorySegment[] chunks = {};

  /** Codes for items of this shape; none yet. */
  public AveragedCodes(MolShape shape) {
    this.dimension = shape.componentDimension();
    this.itemComponents = shape.itemComponents();
    this.largest = (float) Math.min(1, 4 / Math.sqrt(dimension));
  }

  /** What one step of a code is worth. */
  float step() {
    return largest / Byte.MAX_VALUE;
  }

  /** Blocks per chunk that hold slots below the limit. */
  int blocks(int chunk, int limit) {
    return Math.clamp(Math.ceilDiv(limit - chunk * CHUNK_SLOTS, BLOCK_ITEMS), 0, CHUNK_BLOCKS);
  }

  /** The chunks so far. */
  MemorySegment[] chunks() {
    return chunks;
  }

  /** The first slot of a chunk. */
  static int firstSlot(int chunk) {
    return chunk * CHUNK_SLOTS;
  }

  /** Writer only: takes in an item's P_X·d components. */
  public void put(int slot, float[] components) {
    int chunk = slot / CHUNK_SLOTS;
    while (chunk >= chunks.length) {
      MemorySegment[] grown = Arrays.copyOf(chunks, chunks.length + 1);
      grown[chunks.length] = Arena.ofAuto().allocate((long) CHUNK_SLOTS * dimension, 64);
      chunks = grown;
    }
    int place = slot % CHUNK_SLOTS;
    long base = (long) (place / BLOCK_ITEMS) * BLOCK_ITEMS * dimension + place % BLOCK_ITEMS;
    for (int k = 0; k < dimension; k++) {
      float sum = 0;
      for (int m = 0; m < itemComponents; m++) {
        sum += components[m * dimension + k];
      }
      float mean = Math.clamp(sum / itemComponents, -largest, largest);
      chunks[chunk].set(JAVA_BYTE, base + (long) k * BLOCK_ITEMS, (byte) Math.round(mean / step()));
    }
  }

  /** Bytes off the heap. */
  public long retainedBytes() {
    return (long) chunks.length * CHUNK_SLOTS * dimension;
  }
}
