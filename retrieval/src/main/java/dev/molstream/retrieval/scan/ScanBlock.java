package dev.molstream.retrieval.scan;

import dev.molstream.retrieval.mol.ItemTile;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * One tile of items and who they are. The writer changes a slot under the write lock. A reader
 * brackets everything it reads of a block by one stamp of {@link #lock()}, optimistic or not, and
 * uses what it read only when the stamp was good: then each item was whole and the entry belongs to
 * the vectors.
 */
public final class ScanBlock {
  private final StampedLock lock = new StampedLock();
  private final ItemTile tile;
  private final @Nullable ItemEntry[] entries = new @Nullable ItemEntry[ItemTile.ITEMS];
  private final long[] signatures = new long[ItemTile.ITEMS];

  /** Bit i: lane i holds an available item. */
  private int available;

  ScanBlock(ItemTile tile) {
    this.tile = tile;
  }

  /** Guards everything else. */
  public StampedLock lock() {
    return lock;
  }

  /** The items' vectors. */
  public ItemTile tile() {
    return tile;
  }

  /** The item in the lane; null when there is none. */
  public @Nullable ItemEntry entry(int lane) {
    return entries[lane];
  }

  /**
   * Which lanes hold available items that may be of one of the wanted categories, as bits.
   *
   * @param wantedSignature {@link CategorySignature} of the wanted categories, 0 for all
   */
  public int candidates(long wantedSignature) {
    if (wantedSignature == 0 || available == 0) {
      return available;
    }
    int lanes = 0;
    for (int lane = 0; lane < ItemTile.ITEMS; lane++) {
      if ((signatures[lane] & wantedSignature) != 0) {
        lanes |= 1 << lane;
      }
    }
    return lanes & available;
  }

  /** Writer only: puts the item into its lane. */
  void write(ItemEntry entry, float[] components, float[] gate) {
    int lane = entry.slot() % ItemTile.ITEMS;
    long stamp = lock.writeLock();
    try {
      tile.write(lane, components, gate);
      entries[lane] = entry;
      signatures[lane] = CategorySignature.of(entry.categories());
      available = entry.available() ? available | 1 << lane : available & ~(1 << lane);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** Writer only: empties the lane. */
  void erase(int lane) {
    long stamp = lock.writeLock();
    try {
      available &= ~(1 << lane);
      signatures[lane] = 0;
      entries[lane] = null;
    } finally {
      lock.unlockWrite(stamp);
    }
  }
}
