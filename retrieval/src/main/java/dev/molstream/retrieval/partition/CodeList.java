package dev.molstream.retrieval.partition;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.molstream.retrieval.kernel.CodeScanner;
import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The codes of one list's items in dimension-major blocks of {@value CodeScanner#BLOCK_ITEMS}: byte
 * k of lane i of a block lies at k·{@value CodeScanner#BLOCK_ITEMS} + i. Grows by moving to larger
 * memory; readers go on with the memory they have, which is released when nobody holds it any more.
 *
 * <p>One writer thread, any number of readers.
 */
final class CodeList {
  private static final int BLOCK_ITEMS = CodeScanner.BLOCK_ITEMS;

  /** Instead of a slot or a lane. */
  static final int NOBODY = -1;

  private final int dimension;
  private volatile Codes codes;
  private int lanes;
  private int size;

  /**
   * What a reader takes once per search.
   *
   * @param address of the first block; valid while this object is reachable
   * @param slots the slot of each lane, {@link #NOBODY} where there is none; of {@code blocks}
   *     blocks
   */
  record Codes(MemorySegment memory, long address, int[] slots, int blocks) {
    static Codes allocate(int dimension, int blocks) {
      MemorySegment memory =
          Arena.ofAuto().allocate(Math.max(1, (long) blocks * BLOCK_ITEMS * dimension), 64);
      int[] slots = new int[blocks * BLOCK_ITEMS];
      Arrays.fill(slots, NOBODY);
      return new Codes(memory, memory.address(), slots, blocks);
    }
  }

  CodeList(int dimension, int expectedItems) {
    this.dimension = dimension;
    this.codes = Codes.allocate(dimension, Math.ceilDiv(expectedItems, BLOCK_ITEMS));
  }

  /** What {@link #save} wrote. */
  static CodeList restore(SnapshotReader in, int dimension) {
    int[] slots = in.readInts();
    CodeList list = new CodeList(dimension, slots.length);
    System.arraycopy(slots, 0, list.codes.slots, 0, slots.length);
    list.codes.memory.copyFrom(in.readBytes());
    list.lanes = slots.length;
    for (int slot : slots) {
      list.size += slot == NOBODY ? 0 : 1;
    }
    return list;
  }

  /** Writer only: writes what {@link #restore} reads. */
  void save(SnapshotWriter out) throws IOException {
    out.writeInts(codes.slots, lanes);
    out.writeBytes(codes.memory.asSlice(0, (long) usedBlocks() * BLOCK_ITEMS * dimension));
  }

  /** The present codes. */
  Codes codes() {
    return codes;
  }

  /** Blocks that hold anything. */
  int usedBlocks() {
    return Math.ceilDiv(lanes, BLOCK_ITEMS);
  }

  int size() {
    return size;
  }

  /** Writer only; returns the lane. */
  int add(int slot, Projection projection, float[] coordinates) {
    int lane = freeLane();
    for (int k = 0; k < dimension; k++) {
      codes.memory.set(JAVA_BYTE, position(lane, k), projection.code(coordinates, k));
    }
    codes.slots[lane] = slot;
    size++;
    return lane;
  }

  /** Writer only; false when the slot is not here. */
  boolean remove(int slot) {
    return removeOther(slot, NOBODY) != NOBODY;
  }

  /**
   * Writer only: the same, but what lies in the lane {@code kept} stays. Returns the lane, whose
   * code stays until the next {@link #add}; {@value #NOBODY} when the slot is not here.
   */
  int removeOther(int slot, int kept) {
    for (int lane = 0; lane < lanes; lane++) {
      if (codes.slots[lane] == slot && lane != kept) {
        codes.slots[lane] = NOBODY;
        size--;
        return lane;
      }
    }
    return NOBODY;
  }

  /** Writer only: the coordinates that the code in the lane stands for. */
  void copyCoordinates(int lane, Projection projection, float[] coordinates) {
    for (int k = 0; k < dimension; k++) {
      coordinates[k] = codes.memory.get(JAVA_BYTE, position(lane, k)) * projection.step(k);
    }
  }

  long retainedBytes() {
    return (long) codes.slots.length * (dimension + 4) + 120;
  }

  private int freeLane() {
    if (size < lanes) {
      for (int lane = 0; lane < lanes; lane++) {
        if (codes.slots[lane] == NOBODY) {
          return lane;
        }
      }
    }
    if (lanes == codes.slots.length) {
      grow();
    }
    return lanes++;
  }

  private void grow() {
    int blocks = codes.blocks + Math.max(1, codes.blocks / 4);
    Codes grown = Codes.allocate(dimension, blocks);
    MemorySegment.copy(
        codes.memory, 0, grown.memory, 0, (long) codes.blocks * BLOCK_ITEMS * dimension);
    System.arraycopy(codes.slots, 0, grown.slots, 0, codes.slots.length);
    codes = grown;
  }

  private long position(int lane, int k) {
    return (long) (lane / BLOCK_ITEMS) * BLOCK_ITEMS * dimension
        + (long) k * BLOCK_ITEMS
        + lane % BLOCK_ITEMS;
  }
}
