package dev.molstream.retrieval.slots;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The slots that changed last. A search looks through tables that the writer changes meanwhile, and
 * could meet an item nowhere while it moves; so at its end it looks at every slot that changed
 * since its start. One writer, any number of readers.
 */
public final class ChangeLog {
  /** How many changes are remembered. */
  static final int REMEMBERED = 1 << 14;

  private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(int[].class);

  private final int[] slots = new int[REMEMBERED];
  private volatile long count;

  /** How many changes there were: where a search starts. */
  public long position() {
    return count;
  }

  /** Writer only: notes a change after it was made. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public void append(int slot) {
    long position = count;
    SLOTS.setOpaque(slots, (int) position & REMEMBERED - 1, slot);
    count = position + 1;
  }

  /** The slot of a change from {@link #position()} on. */
  public int slot(long position) {
    return (int) SLOTS.getOpaque(slots, (int) position & REMEMBERED - 1);
  }

  /** Whether changes since the position are all remembered still. */
  public boolean remembers(long position) {
    return count - position < REMEMBERED;
  }
}
