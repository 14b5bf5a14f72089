package dev.molstream.retrieval.slots;

import java.util.Arrays;
import java.util.concurrent.locks.StampedLock;

/**
 * The native address of every slot's record, and whether its item may be recommended. Slots are
 * numbered from 0 and given out again after they became free; the table grows by chunks that never
 * move.
 *
 * <p>One writer thread changes a slot while it holds the write lock of {@link #lock}. A reader
 * brackets everything it reads through an address by one stamp of that lock, optimistic or not, and
 * uses what it read only when the stamp was good: then the record was whole and was the slot's.
 * Memory behind an address that is no longer a slot's stays mapped, so a late look reads garbage,
 * never out of bounds.
 */
public final class SlotTable {
  /** Slots under one lock: neighbours, so that a scan in slot order takes one stamp for many. */
  public static final int SLOTS_PER_LOCK = 32;

  private static final int CHUNK_BITS = 16;
  private static final int CHUNK_SLOTS = 1 << CHUNK_BITS;
  private static final int LOCKS = 1024;

  private final StampedLock[] locks = new StampedLock[LOCKS];
  private volatile Chunk[] chunks = {};
  private volatile int limit;

  private int[] freeSlots = new int[64];
  private int freeCount;

  private static final class Chunk {
    final long[] addresses = new long[CHUNK_SLOTS];
    final long[] available = new long[CHUNK_SLOTS / Long.SIZE];
  }

  /** An empty table. */
  public SlotTable() {
    Arrays.setAll(locks, _ -> new StampedLock());
  }

  /** All slots ever given out are below this. */
  public int limit() {
    return limit;
  }

  /** The lock that guards the slot and some others. */
  public StampedLock lock(int slot) {
    return locks[slot / SLOTS_PER_LOCK & LOCKS - 1];
  }

  /** Where the slot's record lies; 0 when the slot is free. */
  public long address(int slot) {
    return chunks[slot >>> CHUNK_BITS].addresses[slot & CHUNK_SLOTS - 1];
  }

  /** Whether the slot holds an item that may be recommended. */
  public boolean isAvailable(int slot) {
    int place = slot & CHUNK_SLOTS - 1;
    return (chunks[slot >>> CHUNK_BITS].available[place / Long.SIZE] >>> place & 1) != 0;
  }

  /**
   * The addresses of the available items among {@link #SLOTS_PER_LOCK} neighbours.
   *
   * @param firstSlot a multiple of {@link #SLOTS_PER_LOCK} below {@link #limit}
   * @param slots receives their slots
   * @param addresses receives the addresses
   * @return how many there are
   */
  public int availableNeighbours(int firstSlot, int[] slots, long[] addresses) {
    Chunk chunk = chunks[firstSlot >>> CHUNK_BITS];
    int place = firstSlot & CHUNK_SLOTS - 1;
    int bits = (int) (chunk.available[place / Long.SIZE] >>> place);
    int count = 0;
    for (; bits != 0; bits &= bits - 1) {
      int offset = Integer.numberOfTrailingZeros(bits);
      long address = chunk.addresses[place + offset];
      if (address != 0) {
        slots[count] = firstSlot + offset;
        addresses[count++] = address;
      }
    }
    return count;
  }

  /** Writer only: a free slot. */
  public int take() {
    if (freeCount > 0) {
      return freeSlots[--freeCount];
    }
    int slot = limit;
    if (slot == chunks.length * CHUNK_SLOTS) {
      Chunk[] grown = Arrays.copyOf(chunks, chunks.length + 1);
      grown[chunks.length] = new Chunk();
      chunks = grown;
    }
    limit = slot + 1;
    return slot;
  }

  /** Writer only, of an empty table: gives out all slots below the limit. */
  public void takeAll(int limit) {
    while (this.limit < limit) {
      take();
    }
  }

  /** Writer only, under the slot's write lock: the slot's record now lies there. */
  public void set(int slot, long address, boolean available) {
    Chunk chunk = chunks[slot >>> CHUNK_BITS];
    int place = slot & CHUNK_SLOTS - 1;
    long bit = 1L << place;
    chunk.addresses[place] = address;
    if (available) {
      chunk.available[place / Long.SIZE] |= bit;
    } else {
      chunk.available[place / Long.SIZE] &= ~bit;
    }
  }

  /** Writer only, under the slot's write lock: the slot is free. */
  public void free(int slot) {
    set(slot, 0, false);
    if (freeCount == freeSlots.length) {
      freeSlots = Arrays.copyOf(freeSlots, 2 * freeCount);
    }
    freeSlots[freeCount++] = slot;
  }

  /** Bytes on the heap. */
  public long retainedBytes() {
    return chunks.length * (CHUNK_SLOTS * 8L + CHUNK_SLOTS / 8)
        + 4L * freeSlots.length
        + LOCKS * 80;
  }
}
