package dev.molstream.stream.history;

import java.util.Arrays;

/**
 * The newest events of one user, in memory. One thread.
 *
 * <p>Complete when there is nothing visible before them; else older events are in the store alone.
 */
final class KeptHistory {
  private static final int SMALLEST = 16;
  private static final int USER_BYTES = 256;
  // The String, its characters' array, a reference, action and time.
  private static final int EVENT_BYTES = 64;

  private final int maxEvents;
  // Oldest first.
  private String[] itemIds;
  private byte[] actions;
  private long[] timestamps;
  private int length;
  private boolean complete;
  private long bytes = USER_BYTES;

  /**
   * An empty one.
   *
   * @param maxEvents events visible per user
   */
  KeptHistory(int maxEvents) {
    this.maxEvents = maxEvents;
    int capacity = Math.min(SMALLEST, maxEvents);
    itemIds = new String[capacity];
    actions = new byte[capacity];
    timestamps = new long[capacity];
  }

  /** Adds an event older than all of these; there must be fewer than are visible. */
  void addOlder(String itemId, int action, long timestampMillis) {
    append(itemId, action, timestampMillis); // until turned round, the newest is first
  }

  /** Ends a row of {@link #addOlder}. */
  void turnRound(boolean isComplete) {
    complete = isComplete;
    for (int low = 0, high = length - 1; low < high; low++, high--) {
      String itemId = itemIds[low];
      byte action = actions[low];
      long timestamp = timestamps[low];
      itemIds[low] = itemIds[high];
      actions[low] = actions[high];
      timestamps[low] = timestamps[high];
      itemIds[high] = itemId;
      actions[high] = action;
      timestamps[high] = timestamp;
    }
  }

  /**
   * Adds an event that is newer than all of these; false, and nothing is changed, when it is not,
   * or when it happened at the same time as the newest, where the event's id says which is first.
   */
  boolean addNewest(String itemId, int action, long timestampMillis) {
    if (length > 0 ? timestampMillis <= timestamps[length - 1] : !complete) {
      return false;
    }
    if (length == maxEvents) {
      bytes -= bytes(itemIds[0]);
      System.arraycopy(itemIds, 1, itemIds, 0, length - 1);
      System.arraycopy(actions, 1, actions, 0, length - 1);
      System.arraycopy(timestamps, 1, timestamps, 0, length - 1);
      length--;
    }
    append(itemId, action, timestampMillis);
    return true;
  }

  /** Shows them, newest first; false when the visitor does not want to see more. */
  boolean show(UserHistory.Visitor visitor) {
    for (int i = length - 1; i >= 0; i--) {
      if (!visitor.visit(itemIds[i], actions[i], timestamps[i])) {
        return false;
      }
    }
    return true;
  }

  /** How many events these are. */
  int length() {
    return length;
  }

  /** Whether these are all that is visible. */
  boolean isComplete() {
    return complete;
  }

  /** Memory taken, by estimate. */
  long bytes() {
    return bytes;
  }

  private void append(String itemId, int action, long timestampMillis) {
    if (length == itemIds.length) {
      int capacity = Math.min(maxEvents, 2 * length);
      itemIds = Arrays.copyOf(itemIds, capacity);
      actions = Arrays.copyOf(actions, capacity);
      timestamps = Arrays.copyOf(timestamps, capacity);
    }
    itemIds[length] = itemId;
    actions[length] = (byte) action;
    timestamps[length] = timestampMillis;
    length++;
    bytes += bytes(itemId);
  }

  private static long bytes(String itemId) {
    return EVENT_BYTES + itemId.length();
  }
}
