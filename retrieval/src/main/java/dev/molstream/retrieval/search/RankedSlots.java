package dev.molstream.retrieval.search;

import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.slots.SlotTable;
import java.util.Arrays;
import java.util.concurrent.locks.StampedLock;

/**
 * The best slots offered so far: a heap with the worst on top while collecting, best first once
 * {@link #sort sorted}. Of equal scores the smaller item id is better. Reused from search to
 * search.
 */
final class RankedSlots {
  private static final int INITIAL_CAPACITY = 64;

  private final SlotTable slotTable;
  private final RecordLayout layout;
  private float[] scores = new float[INITIAL_CAPACITY];
  private int[] slots = new int[INITIAL_CAPACITY];
  private int limit;
  private int size;

  RankedSlots(SlotTable slotTable, RecordLayout layout) {
    this.slotTable = slotTable;
    this.layout = layout;
  }

  /** Forgets everything and collects up to {@code limit} slots. */
  void start(int limit) {
    this.limit = limit;
    size = 0;
  }

  int size() {
    return size;
  }

  int slot(int position) {
    return slots[position];
  }

  float score(int position) {
    return scores[position];
  }

  /** What a score must reach to be taken; -∞ while there is room. */
  float floor() {
    return size < limit ? Float.NEGATIVE_INFINITY : scores[0];
  }

  /** Takes the slot if it is among the best. */
  void offer(float score, int slot) {
    if (size < limit) {
      append(score, slot);
    } else if (worse(scores[0], slots[0], score, slot)) {
      sink(0, size, score, slot);
    }
  }

  boolean contains(int slot) {
    for (int i = 0; i < size; i++) {
      if (slots[i] == slot) {
        return true;
      }
    }
    return false;
  }

  /** Takes the slot out while collecting; false when it is not held. */
  boolean remove(int slot) {
    for (int i = 0; i < size; i++) {
      if (slots[i] == slot) {
        size--;
        if (i < size) {
          float lastScore = scores[size];
          int lastSlot = slots[size];
          // The last one may belong above or below the gap: heap order from the gap up, then down.
          scores[i] = lastScore;
          slots[i] = lastSlot;
          int at = rise(i, lastScore, lastSlot);
          if (at == i) {
            sink(i, size, lastScore, lastSlot);
          }
        }
        return true;
      }
    }
    return false;
  }

  /** Ends collecting: best first. */
  void sort() {
    for (int last = size - 1; last > 0; last--) {
      float score = scores[last];
      int slot = slots[last];
      scores[last] = scores[0];
      slots[last] = slots[0];
      sink(0, last, score, slot);
    }
  }

  /** Back to collecting after {@link #sort}: worst first is a heap. */
  void unsort() {
    for (int i = 0, j = size - 1; i < j; i++, j--) {
      float score = scores[i];
      scores[i] = scores[j];
      scores[j] = score;
      int slot = slots[i];
      slots[i] = slots[j];
      slots[j] = slot;
    }
  }

  private void append(float score, int slot) {
    if (size == scores.length) {
      int capacity = (int) Math.min(limit, 2L * size);
      scores = Arrays.copyOf(scores, capacity);
      slots = Arrays.copyOf(slots, capacity);
    }
    rise(size++, score, slot);
  }

  private int rise(int position, float score, int slot) {
    while (position > 0) {
      int parent = (position - 1) / 2;
      if (!worse(score, slot, scores[parent], slots[parent])) {
        break;
      }
      scores[position] = scores[parent];
      slots[position] = slots[parent];
      position = parent;
    }
    scores[position] = score;
    slots[position] = slot;
    return position;
  }

  /** Puts the slot where it belongs at or below a free position of the first {@code count}. */
  private void sink(int position, int count, float score, int slot) {
    for (int child; (child = 2 * position + 1) < count; position = child) {
      if (child + 1 < count
          && worse(scores[child + 1], slots[child + 1], scores[child], slots[child])) {
        child++;
      }
      if (!worse(scores[child], slots[child], score, slot)) {
        break;
      }
      scores[position] = scores[child];
      slots[position] = slots[child];
    }
    scores[position] = score;
    slots[position] = slot;
  }

  private boolean worse(float score, int slot, float other, int otherSlot) {
    return score < other || (score == other && slot != otherSlot && idAfter(slot, otherSlot));
  }

  /** Whether the id in the slot comes after the other's. */
  private boolean idAfter(int slot, int other) {
    StampedLock lock = slotTable.lock(slot);
    StampedLock otherLock = slotTable.lock(other);
    for (int attempt = 0; attempt < 3; attempt++) {
      long stamp = lock.tryOptimisticRead();
      long otherStamp = otherLock.tryOptimisticRead();
      long address = slotTable.address(slot);
      long otherAddress = slotTable.address(other);
      if (address == 0 || otherAddress == 0) {
        break;
      }
      int order = layout.compareIds(address, otherAddress);
      if (lock.validate(stamp) && otherLock.validate(otherStamp)) {
        return order > 0;
      }
    }
    // One of them is changing: the change log brings it up again, whichever comes first now.
    return slot > other;
  }
}
