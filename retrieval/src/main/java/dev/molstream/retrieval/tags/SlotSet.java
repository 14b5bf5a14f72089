package dev.molstream.retrieval.tags;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.ArrayContainer;
import org.roaringbitmap.Container;
import org.roaringbitmap.IntConsumer;

/**
 * A set of slots: one Roaring container per 65,536 slots. The writer never changes a container that
 * readers can see: it changes a copy, at most 8 KiB, and publishes that.
 */
public final class SlotSet {
  /** No slots. */
  static final SlotSet EMPTY = new SlotSet();

  private volatile @Nullable Container[] containers = {};
  private volatile int size;

  SlotSet() {}

  /** How many slots. */
  public int size() {
    return size;
  }

  /** Whether the slot is in the set. */
  public boolean contains(int slot) {
    @Nullable Container[] present = containers;
    int number = slot >>> 16;
    if (number >= present.length) {
      return false;
    }
    Container container = present[number];
    return container != null && container.contains((char) slot);
  }

  /** Shows every slot. Allocates nothing. */
  public void forEach(IntConsumer consumer) {
    @Nullable Container[] present = containers;
    for (int number = 0; number < present.length; number++) {
      Container container = present[number];
      if (container != null) {
        container.forEach((char) number, consumer);
      }
    }
  }

  /** Writer only. */
  void add(int slot) {
    int number = slot >>> 16;
    Container container = number < containers.length ? containers[number] : null;
    publish(
        number,
        container == null
            ? new ArrayContainer().add((char) slot)
            : container.clone().add((char) slot),
        container);
  }

  /** Writer only. */
  void remove(int slot) {
    int number = slot >>> 16;
    Container container = number < containers.length ? containers[number] : null;
    if (container != null) {
      publish(number, container.clone().remove((char) slot), container);
    }
  }

  /** The slots in ascending order. */
  int[] toArray() {
    int[] slots = new int[size];
    int count = 0;
    @Nullable Container[] present = containers;
    for (int number = 0; number < present.length; number++) {
      Container container = present[number];
      if (container != null) {
        container.fillLeastSignificant16bits(slots, count, number << 16);
        count += container.getCardinality();
      }
    }
    return slots;
  }

  /** A set of slots in ascending order. */
  static SlotSet of(int[] slots) {
    SlotSet set = new SlotSet();
    for (int from = 0; from < slots.length; ) {
      int number = slots[from] >>> 16;
      Container container = new ArrayContainer();
      for (; from < slots.length && slots[from] >>> 16 == number; from++) {
        container = container.add((char) slots[from]);
      }
      set.publish(number, container, null);
    }
    return set;
  }

  /** Bytes on the heap. */
  long retainedBytes() {
    long bytes = 64;
    for (Container container : containers) {
      bytes += container == null ? 8 : 40 + container.getSizeInBytes();
    }
    return bytes;
  }

  private void publish(int number, Container container, @Nullable Container previous) {
    @Nullable Container[] next = Arrays.copyOf(containers, Math.max(containers.length, number + 1));
    next[number] = container.getCardinality() == 0 ? null : container;
    containers = next;
    size = size + container.getCardinality() - (previous == null ? 0 : previous.getCardinality());
  }
}
