package dev.molstream.retrieval.scan;

import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.mol.ItemTile;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * All items in slots of off-heap blocks. Grows by chunks that never move, so readers go on with the
 * blocks they have. Owns its memory; {@link #close} releases it, and reading after that fails with
 * {@link IllegalStateException}.
 *
 * <p>One writer thread; {@link #blocks}, {@link #block} and {@link #insertions} from any thread.
 */
public final class ScanIndex implements AutoCloseable {
  private static final int BLOCKS_PER_CHUNK = 32;

  private final MolShape shape;
  private final Arena arena = Arena.ofShared();
  private volatile ScanBlock[] blocks = {};
  private volatile long insertions;

  private int slots;
  private int[] freeSlots = new int[64];
  private int freeCount;

  /** An empty index for items of this shape. */
  public ScanIndex(MolShape shape) {
    this.shape = shape;
  }

  /** The shape of its items. */
  public MolShape shape() {
    return shape;
  }

  /** The blocks so far; items added later may lie in later blocks. Not to be written to. */
  public ScanBlock[] blocks() {
    return blocks;
  }

  /** The block of a slot. */
  public ScanBlock block(int slot) {
    return blocks[slot / ItemTile.ITEMS];
  }

  /**
   * How often an item was put into a slot it did not have before. A reader that sees no change from
   * start to end of a scan has met no item twice: only an item deleted and added again behind its
   * back can turn up in two slots.
   */
  public long insertions() {
    return insertions;
  }

  /**
   * Adds or replaces an item.
   *
   * @param previous the item's present entry, null when it is not held
   * @return its new entry
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public ItemEntry put(@Nullable ItemEntry previous, MolItem item) {
    int slot = previous == null ? takeSlot() : previous.slot();
    ItemEntry entry =
        new ItemEntry(slot, item.itemId(), item.title(), item.categories(), item.available());
    if (previous == null) {
      insertions++;
    }
    block(slot).write(entry, item.components(), item.gate());
    return entry;
  }

  /** Removes an item by its present entry. */
  public void remove(ItemEntry entry) {
    block(entry.slot()).erase(entry.slot() % ItemTile.ITEMS);
    if (freeCount == freeSlots.length) {
      freeSlots = Arrays.copyOf(freeSlots, 2 * freeCount);
    }
    freeSlots[freeCount++] = entry.slot();
  }

  /** Fails with {@link IllegalStateException} once closed. */
  public void requireOpen() {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException("the item index is closed");
    }
  }

  /** Bytes off heap and, estimated, of the blocks on it. */
  public long retainedBytes() {
    // Per lane an entry reference and a signature; per block a lock and a few headers.
    long heapBytes = ItemTile.ITEMS * (4L + 8L) + 400;
    return blocks.length * (ItemTile.sizeBytes(shape) + heapBytes) + 4L * freeSlots.length;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  private int takeSlot() {
    if (freeCount > 0) {
      return freeSlots[--freeCount];
    }
    if (slots == blocks.length * ItemTile.ITEMS) {
      grow();
    }
    return slots++;
  }

  private void grow() {
    ScanBlock[] grown = Arrays.copyOf(blocks, blocks.length + BLOCKS_PER_CHUNK);
    ItemTile[] tiles = ItemTile.allocate(shape, arena, BLOCKS_PER_CHUNK);
    for (int i = 0; i < tiles.length; i++) {
      grown[blocks.length + i] = new ScanBlock(tiles[i]);
    }
    blocks = grown;
  }
}
