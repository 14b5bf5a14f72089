package dev.molstream.retrieval.slots;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The slots that changed last. A search looks through tables that the writer changes meanwhile, and
 * could meet an item nowhere while it moves, or its record before and its tags after a change; so
 * at its end it looks anew at every slot that changed since its start. A change is noted before
 * anything of it can be seen, and counts as complete when all of it can. One writer, any number of
 * readers.
 */
public final class ChangeLog {
  /** How many changes are remembered. */
  static final int REMEMBERED = 1 << 14;

  private static final int SPINS = 100;
  private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(int[].class);

  private final int[] slots = new int[REMEMBERED];
  private volatile long begun;
  private volatile long complete;

  /** How many changes are complete: where a search starts. */
  public long complete() {
    return complete;
  }

  /** How many changes have begun. */
  public long begun() {
    return begun;
  }

  /** Writer only: notes a change before it is made. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public void begin(int slot) {
    long position = begun;
    SLOTS.setOpaque(slots, (int) position & REMEMBERED - 1, slot);
    begun = position + 1;
  }

  /** Writer only: whatever has begun is complete. */
  public void end() {
    complete = begun;
  }

  /** Waits for the changes before the position to be complete, which takes microseconds. */
  public void awaitComplete(long position) {
    for (int spins = 0; complete < position; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** The slot of a change that has begun; to be asked before {@link #remembers}. */
  public int slot(long position) {
    return (int) SLOTS.getOpaque(slots, (int) position & REMEMBERED - 1);
  }

  /** Whether what {@link #slot} said of changes since the position is true. */
  public boolean remembers(long position) {
    VarHandle.loadLoadFence();
    return begun - position < REMEMBERED;
  }
}
