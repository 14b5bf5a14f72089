package dev.molstream.stream.history;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much heap the histories of the users read last may take, those of all tasks together.
 * Thread-safe.
 */
public final class HistoryMemory {
  private final long budget;
  private final AtomicLong used = new AtomicLong();

  /**
   * A budget.
   *
   * @param bytes 0 when nothing is to be kept
   */
  public HistoryMemory(long bytes) {
    this.budget = bytes;
  }

  /** Notes that so many bytes were taken, or given back when negative. */
  void took(long bytes) {
    used.addAndGet(bytes);
  }

  /** Whether more is taken than there should be. */
  boolean isExceeded() {
    return used.get() > budget;
  }

  /** Bytes in use, by estimate. */
  long used() {
    return used.get();
  }
}
