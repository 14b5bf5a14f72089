package dev.molstream.model.encoder;

import dev.molstream.model.QueryHistory;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encoded histories of the users asked about last, within a budget of memory; the least recently
 * used give way, and their memory is used again. One thread at a time.
 */
final class EncodedHistories {
  private static final int SMALLEST = 32;

  /** Floats in 512 bits. */
  private static final int LONGEST_VECTOR = 16;

  private final HstuWeights weights;
  private final long budget;
  private final Map<Long, EncodedHistory> byUser = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Integer, ArrayDeque<EncodedHistory>> spare = new HashMap<>();
  private final EncodedHistory nobodys;
  private long bytes;

  EncodedHistories(HstuWeights weights, long budget) {
    this.weights = weights;
    this.budget = budget;
    this.nobodys = new EncodedHistory(weights, padded(weights.maxHistory()));
  }

  /** So many events, rounded up to whole vectors of the longest there are. */
  static int padded(int events) {
    return (events + LONGEST_VECTOR - 1) / LONGEST_VECTOR * LONGEST_VECTOR;
  }

  /** What is known of the user's history, with room for the given one. */
  EncodedHistory of(QueryHistory history) {
    long user = history.userHash();
    EncodedHistory known = user == QueryHistory.NOBODY ? null : byUser.get(user);
    if (known != null && known.capacity() >= history.length()) {
      return known;
    }
    int capacity = capacity(history.length());
    if (user == QueryHistory.NOBODY || EncodedHistory.bytes(weights, capacity) > budget) {
      nobodys.clear();
      return nobodys;
    }
    if (known != null) {
      byUser.remove(user);
      release(known);
    }
    EncodedHistory fresh = take(capacity);
    byUser.put(user, fresh);
    return fresh;
  }

  /** A power of two, or what the longest history needs: few sizes, so that memory is used again. */
  private int capacity(int events) {
    int capacity = SMALLEST;
    while (capacity < events) {
      capacity *= 2;
    }
    return Math.min(capacity, padded(weights.maxHistory()));
  }

  private EncodedHistory take(int capacity) {
    long needed = EncodedHistory.bytes(weights, capacity);
    Iterator<EncodedHistory> eldest = byUser.values().iterator();
    EncodedHistory found = spare(capacity);
    while (found == null && bytes + needed > budget && eldest.hasNext()) {
      EncodedHistory given = eldest.next();
      eldest.remove();
      release(given);
      found = spare(capacity);
    }
    if (found != null) {
      found.clear();
      return found;
    }
    while (bytes + needed > budget) { // only spares of other capacities are left
      dropSpare();
    }
    bytes += needed;
    return new EncodedHistory(weights, capacity);
  }

  private @Nullable EncodedHistory spare(int capacity) {
    ArrayDeque<EncodedHistory> free = spare.get(capacity);
    return free == null ? null : free.poll();
  }

  private void release(EncodedHistory history) {
    spare.computeIfAbsent(history.capacity(), _ -> new ArrayDeque<>()).push(history);
  }

  private void dropSpare() {
    for (ArrayDeque<EncodedHistory> free : spare.values()) {
      EncodedHistory dropped = free.poll();
      if (dropped != null) {
        bytes -= EncodedHistory.bytes(weights, dropped.capacity());
        return;
      }
    }
    throw new IllegalStateException("no memory to give back, " + bytes + " bytes in use");
  }
}
