package dev.molstream.retrieval.search;

import dev.molstream.retrieval.kernel.MolKernel;
import dev.molstream.retrieval.slots.SlotTable;
import java.util.concurrent.locks.StampedLock;

/**
 * Scores records where they lie. A batch is read optimistically, each slot under its stamp; what
 * the writer touched meanwhile is read again under its lock, so that a busy writer cannot starve a
 * search. One thread.
 */
final class SlotScorer {
  /** The most slots per batch. */
  static final int BATCH = SlotTable.SLOTS_PER_LOCK;

  /** The score of a slot without an item. */
  static final float NONE = Float.NEGATIVE_INFINITY;

  private final SlotTable slots;
  private final MolKernel kernel;
  private final long[] addresses = new long[BATCH];
  private final long[] stamps = new long[BATCH];
  private final int[] places = new int[BATCH];
  private final float[] scores = new float[BATCH];
  private final int[] neighbours = new int[BATCH];

  // Of their own: a batch may be half collected when one slot is scored under its lock.
  private final long[] oneAddress = new long[1];
  private final float[] oneScore = new float[1];

  private int scored;

  /** What is done with a record under its stamp. */
  private enum Way {
    SCORE,
    BOUND,
    SCORE_ABOVE
  }

  SlotScorer(SlotTable slots, MolKernel kernel) {
    this.slots = slots;
    this.kernel = kernel;
  }

  /** Starts counting. */
  void start() {
    scored = 0;
  }

  /** How many full scores were computed since {@link #start}. */
  int scored() {
    return scored;
  }

  /**
   * The full score of each slot, {@link #NONE} for slots without an item.
   *
   * @param count up to {@link #BATCH}
   */
  void score(int[] slotNumbers, int from, int count, float[] out) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      int slot = slotNumbers[from + i];
      long stamp = slots.lock(slot).tryOptimisticRead();
      long address = slots.address(slot);
      out[from + i] = NONE;
      if (address != 0) {
        stamps[found] = stamp;
        addresses[found] = address;
        places[found++] = from + i;
      } else if (stamp == 0) {
        out[from + i] = scoreLocked(slot);
      }
    }
    kernel.score(addresses, 0, found, scores);
    scored += found;
    for (int i = 0; i < found; i++) {
      int slot = slotNumbers[places[i]];
      out[places[i]] =
          stamps[i] != 0 && slots.lock(slot).validate(stamps[i]) ? scores[i] : scoreLocked(slot);
    }
  }

  /** The full score of one slot; {@link #NONE} without an item. */
  float scoreLocked(int slot) {
    StampedLock lock = slots.lock(slot);
    long stamp = lock.readLock();
    try {
      long address = slots.address(slot);
      if (address == 0) {
        return NONE;
      }
      oneAddress[0] = address;
      kernel.score(oneAddress, 0, 1, oneScore);
      scored++;
      return oneScore[0];
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /**
   * Scores the available items among neighbours.
   *
   * @param firstSlot a multiple of {@link #BATCH}
   * @param floor items that cannot reach it may be left unscored; -∞ scores all
   * @param foundSlots receives their slots
   * @param out receives their scores, {@link #NONE} for those left unscored
   * @return how many there are
   */
  int scoreNeighbours(int firstSlot, float floor, int[] foundSlots, float[] out) {
    StampedLock lock = slots.lock(firstSlot);
    Way way = floor == Float.NEGATIVE_INFINITY ? Way.SCORE : Way.SCORE_ABOVE;
    return underStamp(lock, way, firstSlot, floor, foundSlots, out);
  }

  /** The same with max_p ℓ_p instead of scores. */
  int boundNeighbours(int firstSlot, int[] foundSlots, float[] out) {
    return underStamp(slots.lock(firstSlot), Way.BOUND, firstSlot, 0, foundSlots, out);
  }

  private int underStamp(
      StampedLock lock, Way way, int firstSlot, float floor, int[] foundSlots, float[] out) {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      int count = read(way, firstSlot, floor, out);
      if (lock.validate(stamp)) {
        System.arraycopy(neighbours, 0, foundSlots, 0, count);
        return count;
      }
    }
    stamp = lock.readLock();
    try {
      int count = read(way, firstSlot, floor, out);
      System.arraycopy(neighbours, 0, foundSlots, 0, count);
      return count;
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private int read(Way way, int firstSlot, float floor, float[] out) {
    int count = slots.availableNeighbours(firstSlot, neighbours, addresses);
    switch (way) {
      case SCORE -> {
        kernel.score(addresses, 0, count, out);
        scored += count;
      }
      case BOUND -> kernel.bound(addresses, 0, count, out);
      case SCORE_ABOVE -> scored += kernel.scoreAbove(addresses, 0, count, floor, out);
    }
    return count;
  }
}
