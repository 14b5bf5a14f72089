package dev.molstream.retrieval.slots;

import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.snapshot.SnapshotReader;
import dev.molstream.retrieval.snapshot.SnapshotWriter;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.StampedLock;

/**
 * Item id → slot in about eight bytes per item: {@value #TABLES} open-addressing tables of slots,
 * whose ids are read from their records. A table is replaced to grow, alone, so that growth never
 * takes long; a reader goes on with the table it has and misses at most what was added since.
 */
public final class IdDictionary {
  /** What {@link #find} returns when there is no such item. */
  public static final int ABSENT = -1;

  /** The largest number of items: a place holds a slot and a fingerprint of the id's hash. */
  public static final int MOST_ITEMS = (1 << 26) - 2;

  private static final int TABLES = 1024;
  private static final int SLOT_MASK = (1 << 26) - 1;
  private static final int EMPTY = 0;
  private static final int REMOVED = SLOT_MASK;
  private static final int LEAST_PLACES = 8;
  private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(int[].class);

  private final SlotTable slots;
  private final RecordLayout layout;
  private final AtomicReferenceArray<int[]> tables = new AtomicReferenceArray<>(TABLES);

  /** Places of each table that are not {@link #EMPTY}. */
  private final int[] used = new int[TABLES];

  private volatile int size;
  private long places;

  /** An empty dictionary over the records of the table. */
  public IdDictionary(SlotTable slots, RecordLayout layout) {
    this.slots = slots;
    this.layout = layout;
    clear();
  }

  /** How many ids. */
  public int size() {
    return size;
  }

  /** The slot of an item, {@link #ABSENT} when it is not held. Allocates nothing. */
  public int find(String itemId) {
    int hash = hash(itemId);
    int[] table = tables.get(tableOf(hash));
    int mask = table.length - 1;
    int fingerprint = fingerprint(hash);
    for (int i = hash & mask, looked = 0; looked <= mask; i = i + 1 & mask, looked++) {
      int place = (int) PLACES.getAcquire(table, i);
      if (place == EMPTY) {
        return ABSENT;
      }
      if ((place & ~SLOT_MASK) == fingerprint && place != REMOVED) {
        int slot = (place & SLOT_MASK) - 1;
        if (holds(slot, itemId)) {
          return slot;
        }
      }
    }
    return ABSENT;
  }

  /** Writer only: remembers the slot of an id that is not held; its record is in place. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public void add(String itemId, int slot) {
    int hash = hash(itemId);
    int number = tableOf(hash);
    int[] table = tables.get(number);
    if (3 * (used[number] + 1) > 2 * table.length) {
      table = rebuild(number, table);
    }
    if (put(table, hash, slot)) {
      used[number]++;
    }
    size++;
  }

  /** Writer only: forgets the id of the slot. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public void remove(String itemId, int slot) {
    int hash = hash(itemId);
    int[] table = tables.get(tableOf(hash));
    int mask = table.length - 1;
    int wanted = fingerprint(hash) | slot + 1;
    int i = hash & mask;
    while (table[i] != wanted) {
      if (table[i] == EMPTY) {
        throw new IllegalStateException("item " + itemId + " is not known to be in slot " + slot);
      }
      i = i + 1 & mask;
    }
    PLACES.setRelease(table, i, REMOVED);
    size--;
  }

  /** Writer only: forgets everything. */
  public void clear() {
    for (int i = 0; i < TABLES; i++) {
      tables.set(i, new int[LEAST_PLACES]);
      used[i] = 0;
    }
    places = (long) TABLES * LEAST_PLACES;
    size = 0;
  }

  /** Writer only: writes what {@link #restore} reads. */
  public void save(SnapshotWriter out) throws IOException {
    out.writeInt(size);
    out.writeInts(used);
    for (int i = 0; i < TABLES; i++) {
      out.writeInts(tables.get(i));
    }
  }

  /** Writer only, before other threads: replaces everything by what was saved. */
  public void restore(SnapshotReader in) {
    size = in.readInt();
    System.arraycopy(in.readInts(), 0, used, 0, TABLES);
    places = 0;
    for (int i = 0; i < TABLES; i++) {
      int[] table = in.readInts();
      tables.set(i, table);
      places += table.length;
    }
  }

  /** Bytes on the heap. */
  public long retainedBytes() {
    return places * Integer.BYTES + TABLES * 24L;
  }

  private int[] rebuild(int number, int[] table) {
    int held = 0;
    for (int place : table) {
      held += place != EMPTY && place != REMOVED ? 1 : 0;
    }
    int[] grown = new int[3 * (held + 1) > table.length ? 2 * table.length : table.length];
    for (int place : table) {
      if (place != EMPTY && place != REMOVED) {
        int slot = (place & SLOT_MASK) - 1;
        put(grown, hash(layout.itemId(slots.address(slot))), slot);
      }
    }
    used[number] = held;
    places += grown.length - table.length;
    tables.set(number, grown);
    return grown;
  }

  /** True when it took an empty place. */
  private static boolean put(int[] table, int hash, int slot) {
    int mask = table.length - 1;
    int i = hash & mask;
    while (table[i] != EMPTY && table[i] != REMOVED) {
      i = i + 1 & mask;
    }
    boolean empty = table[i] == EMPTY;
    PLACES.setRelease(table, i, fingerprint(hash) | slot + 1);
    return empty;
  }

  private boolean holds(int slot, String itemId) {
    StampedLock lock = slots.lock(slot);
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      boolean equal = recordIs(slot, itemId);
      if (lock.validate(stamp)) {
        return equal;
      }
    }
    stamp = lock.readLock();
    try {
      return recordIs(slot, itemId);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private boolean recordIs(int slot, String itemId) {
    long address = slots.address(slot);
    return address != 0 && layout.idEquals(address, itemId);
  }

  /** The low bits place an id in its table. */
  private static int hash(String itemId) {
    int hash = itemId.hashCode() * 0x9E3779B9;
    hash = (hash ^ hash >>> 15) * 0x85EBCA6B;
    return hash ^ hash >>> 13;
  }

  private static int tableOf(int hash) {
    return hash >>> 22;
  }

  /** Bits that neither choose the table nor, mostly, the place. */
  private static int fingerprint(int hash) {
    return (hash >>> 16 & 63) << 26;
  }
}
