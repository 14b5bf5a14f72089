package dev.molstream.stream.history;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The histories of those users of a task who were read last, as far as memory goes; the least
 * recently used give way. One thread.
 */
final class KeptHistories {
  private final HistoryMemory memory;
  private final Map<String, KeptHistory> byUser = new LinkedHashMap<>(16, 0.75f, true);

  /** None yet, within a budget that others share. */
  KeptHistories(HistoryMemory memory) {
    this.memory = memory;
  }

  /** What is kept of the user, or null. */
  @Nullable KeptHistory get(String userId) {
    return byUser.get(userId);
  }

  /** Keeps what was read of a user of whom nothing was kept. */
  void keep(String userId, KeptHistory history) {
    byUser.put(userId, history);
    memory.took(history.bytes());
    shrink();
  }

  /** Adds an event that has been stored to what is kept of its user, if anything. */
  void add(String userId, String itemId, int action, long timestampMillis) {
    KeptHistory kept = byUser.get(userId);
    if (kept == null) {
      return;
    }
    long before = kept.bytes();
    if (kept.addNewest(itemId, action, timestampMillis)) {
      memory.took(kept.bytes() - before);
      shrink();
    } else {
      drop(userId);
    }
  }

  /** Keeps nothing of the user any more. */
  void drop(String userId) {
    KeptHistory dropped = byUser.remove(userId);
    if (dropped != null) {
      memory.took(-dropped.bytes());
    }
  }

  /** Keeps nothing any more. */
  void clear() {
    byUser.values().forEach(kept -> memory.took(-kept.bytes()));
    byUser.clear();
  }

  private void shrink() {
    Iterator<KeptHistory> eldest = byUser.values().iterator();
    while (memory.isExceeded() && eldest.hasNext()) {
      memory.took(-eldest.next().bytes());
      eldest.remove();
    }
  }
}
