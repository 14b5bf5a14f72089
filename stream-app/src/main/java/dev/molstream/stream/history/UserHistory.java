package dev.molstream.stream.history;

import dev.molstream.schemas.UserEvent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The last events of the users of one partition, over that partition's store. Adding an event costs
 * one look-up and one write, whatever the length of the history. Belongs to the task's thread.
 */
public final class UserHistory {
  /** Name of the state store. */
  public static final String STORE = "user-history";

  /** One in 2^6 events, chosen by its id, trims its user's history: amortised, repeatable. */
  private static final int TRIM_BITS = 6;

  private static final int GOLDEN_RATIO = 0x9E3779B9;

  private final KeyValueStore<Bytes, byte[]> store;
  private final int maxEvents;
  private final KeptHistories kept;

  /** Sees one event of a history. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Called newest first.
     *
     * @param action position in the Avro enum Action
     * @return false to see no more
     */
    boolean visit(String itemId, int action, long timestampMillis);
  }

  /**
   * The histories in {@code store}.
   *
   * @param maxEvents events visible per user, at least 1; a few more may be stored
   * @param memory for what is kept of the users read last, shared with other tasks; what lies in
   *     the store decides, so nobody else may write there
   */
  public UserHistory(KeyValueStore<Bytes, byte[]> store, int maxEvents, HistoryMemory memory) {
    this.store = store;
    this.maxEvents = maxEvents;
    this.kept = new KeptHistories(memory);
  }

  /** The store: on disk, with a changelog, uncached since histories are read by range. */
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> storeBuilder() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  /** Adds a valid event at its time; false when it was there already. */
  public boolean add(UserEvent event) {
    byte[] user = HistoryKey.userPrefix(event.getUserId());
    Bytes key = HistoryKey.of(user, event.getTimestamp().toEpochMilli(), event.getEventId());
    byte[] value =
        HistoryValue.of(event.getItemId(), event.getAction().ordinal(), event.getValue());
    boolean added = store.putIfAbsent(key, value) == null;
    if (added) {
      kept.add(
          event.getUserId(),
          event.getItemId(),
          event.getAction().ordinal(),
          event.getTimestamp().toEpochMilli());
      if (trims(event.getEventId())) {
        trim(user);
      }
    }
    return added;
  }

  /** Shows the user's last events, newest first, to {@code visitor}. */
  public void read(String userId, Visitor visitor) {
    KeptHistory known = kept.get(userId);
    if (known == null) {
      kept.keep(userId, readStored(userId, visitor));
    } else if (known.show(visitor) && !known.isComplete()) {
      // The last readers wanted less: what they saw has been shown, the rest comes now.
      int shown = known.length();
      kept.drop(userId);
      kept.keep(userId, readStored(userId, new Skipping(visitor, shown)));
    }
  }

  /** Shows the first events to nobody. */
  private static final class Skipping implements Visitor {
    private final Visitor visitor;
    private int left;

    Skipping(Visitor visitor, int events) {
      this.visitor = visitor;
      this.left = events;
    }

    @Override
    public boolean visit(String itemId, int action, long timestampMillis) {
      return left-- > 0 || visitor.visit(itemId, action, timestampMillis);
    }
  }

  private KeptHistory readStored(String userId, Visitor visitor) {
    byte[] user = HistoryKey.userPrefix(userId);
    KeptHistory read = new KeptHistory(maxEvents);
    boolean goesOn = true;
    try (KeyValueIterator<Bytes, byte[]> events = newestFirst(user)) {
      while (goesOn && read.length() < maxEvents && events.hasNext()) {
        KeyValue<Bytes, byte[]> event = events.next();
        String itemId = HistoryValue.itemId(event.value);
        int action = HistoryValue.action(event.value);
        long timestamp = HistoryKey.timestampMillis(event.key, user.length);
        read.addOlder(itemId, action, timestamp);
        goesOn = visitor.visit(itemId, action, timestamp);
      }
      read.turnRound(read.length() == maxEvents || !events.hasNext());
    }
    return read;
  }

  /**
   * Those of {@code eventIds} that {@link #read} would not show, in their order. Reads newest first
   * and no further than needed, so that events that have just arrived cost as many steps as they
   * are.
   */
  public List<String> missing(String userId, List<String> eventIds) {
    byte[] user = HistoryKey.userPrefix(userId);
    Set<String> missing = new LinkedHashSet<>(eventIds);
    try (KeyValueIterator<Bytes, byte[]> events = newestFirst(user)) {
      for (int i = 0; i < maxEvents && !missing.isEmpty() && events.hasNext(); i++) {
        missing.remove(HistoryKey.eventId(events.next().key, user.length));
      }
    }
    return List.copyOf(missing);
  }

  /** Erases all events of the user; returns how many there were. */
  public int erase(String userId) {
    byte[] user = HistoryKey.userPrefix(userId);
    int erased = 0;
    try (KeyValueIterator<Bytes, byte[]> events = newestFirst(user)) {
      for (; events.hasNext(); erased++) {
        store.delete(events.next().key);
      }
    }
    kept.drop(userId);
    return erased;
  }

  /** Gives back the memory for what is kept; the store stays open. */
  public void close() {
    kept.clear();
  }

  private static boolean trims(String eventId) {
    return eventId.hashCode() * GOLDEN_RATIO >>> (Integer.SIZE - TRIM_BITS) == 0;
  }

  private void trim(byte[] user) {
    try (KeyValueIterator<Bytes, byte[]> events = newestFirst(user)) {
      for (int i = 0; events.hasNext(); i++) {
        Bytes key = events.next().key;
        if (i >= maxEvents) {
          store.delete(key);
        }
      }
    }
  }

  private KeyValueIterator<Bytes, byte[]> newestFirst(byte[] user) {
    return store.reverseRange(Bytes.wrap(user), HistoryKey.end(user));
  }
}
