package dev.molstream.retrieval.slots;

import java.util.Arrays;

/** A set of slots of one search. Cleared at the cost of what it holds. One thread. */
public final class SlotMarks {
  private long[] bits = new long[1024];
  private int[] marked = new int[1024];
  private int count;

  /** Makes room for slots below the limit and forgets all. */
  public void start(int limit) {
    for (int i = 0; i < count; i++) {
      bits[marked[i] >>> 6] = 0;
    }
    count = 0;
    if (bits.length < (limit >>> 6) + 1) {
      bits = new long[Math.max(2 * bits.length, (limit >>> 6) + 1)];
    }
  }

  /** Adds a slot; false when it was there. Slots given out since {@link #start} are welcome. */
  public boolean add(int slot) {
    int word = slot >>> 6;
    if (word >= bits.length) {
      bits = Arrays.copyOf(bits, Math.max(2 * bits.length, word + 1));
    }
    long bit = 1L << slot;
    if ((bits[word] & bit) != 0) {
      return false;
    }
    bits[word] |= bit;
    if (count == marked.length) {
      marked = Arrays.copyOf(marked, 2 * count);
    }
    marked[count++] = slot;
    return true;
  }

  /** Whether the slot was added. */
  public boolean contains(int slot) {
    int word = slot >>> 6;
    return word < bits.length && (bits[word] >>> slot & 1) != 0;
  }

  /** How many slots were added. */
  public int size() {
    return count;
  }

  /** The slots in the order of their addition, from 0. */
  public int slot(int index) {
    return marked[index];
  }
}
