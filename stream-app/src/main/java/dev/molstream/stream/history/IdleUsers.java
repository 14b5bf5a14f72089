package dev.molstream.stream.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Forgets users of whom no event has arrived for many days. What counts is the arrival, not the
 * event's own time, which lies years back in a data set or a backfill. The store holds one small
 * entry per user, the day of the last arrival, written when the day changes. Belongs to the task's
 * thread.
 *
 * <p>{@link #sweep} is to be called now and then; it does a bounded share of the work each time and
 * once a day comes to all users.
 */
public final class IdleUsers {
  /** Name of the state store: userId → days since 1970, UTC. */
  public static final String STORE = "user-arrivals";

  private static final long MILLIS_PER_DAY = Duration.ofDays(1).toMillis();

  private final KeyValueStore<String, Integer> store;
  private final UserHistory history;
  private final int retentionDays;
  private final int usersPerSweep;
  private final int eventsPerSweep;

  /** Where to go on, null at the beginning. */
  private @Nullable String next;

  /** The day for which all users were looked at, 0 before the first. */
  private int sweptDay;

  /**
   * Sweeps that look at 1,000 users and erase about 5,000 events at most: milliseconds.
   *
   * @param history whose events are erased
   * @param retentionDays whole days without an event after which a user is forgotten; 0: never
   */
  public IdleUsers(KeyValueStore<String, Integer> store, UserHistory history, int retentionDays) {
    this(store, history, retentionDays, 1_000, 5_000);
  }

  IdleUsers(
      KeyValueStore<String, Integer> store,
      UserHistory history,
      int retentionDays,
      int usersPerSweep,
      int eventsPerSweep) {
    this.store = store;
    this.history = history;
    this.retentionDays = retentionDays;
    this.usersPerSweep = usersPerSweep;
    this.eventsPerSweep = eventsPerSweep;
  }

  /** The store: on disk, with a changelog. */
  public static StoreBuilder<KeyValueStore<String, Integer>> storeBuilder() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Integer())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  /** Notes that an event of the user has arrived. */
  public void arrived(String userId, long nowMillis) {
    int today = day(nowMillis);
    Integer before = store.get(userId);
    if (before == null || before != today) {
      store.put(userId, today);
    }
  }

  /** Drops what is known of the user, who was erased. */
  public void erase(String userId) {
    store.delete(userId);
  }

  /** Looks at the next users and forgets those that are idle; returns how many. */
  public int sweep(long nowMillis) {
    int today = day(nowMillis);
    if (retentionDays == 0 || sweptDay == today) {
      return 0;
    }
    List<String> idle = new ArrayList<>();
    try (KeyValueIterator<String, Integer> users = store.range(next, null)) {
      int seen = 0;
      int erased = 0;
      while (users.hasNext() && seen < usersPerSweep && erased < eventsPerSweep) {
        KeyValue<String, Integer> user = users.next();
        seen++;
        if (today - user.value > retentionDays) {
          erased += history.erase(user.key);
          idle.add(user.key);
        }
      }
      next = users.hasNext() ? users.peekNextKey() : null;
    }
    if (next == null) {
      sweptDay = today;
    }
    idle.forEach(store::delete);
    return idle.size();
  }

  private static int day(long millis) {
    return Math.toIntExact(Math.floorDiv(millis, MILLIS_PER_DAY));
  }
}
