package dev.molstream.training;

import dev.molstream.model.ItemContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Items and what users did with them, ready to learn from. Items and users have dense numbers in
 * the order of their first appearance; the events of a user lie together, oldest first, events of
 * the same time in the order they were added. Immutable; any thread.
 *
 * {@snippet :
 * TrainingData data = TrainingData.builder()
 *     .item(new ItemContent("1", "Toy Story (1995)", List.of("Animation"), Map.of(), null))
 *     .event("anna", "1", 3, 978_300_760_000L)
 *     .build();
 * }
 */
public final class TrainingData {
  private final List<ItemContent> items;
  private final List<String> userIds;
  private final int[] firstEvent;
  private final int[] eventItems;
  private final byte[] eventActions;
  private final long[] eventTimes;

  private TrainingData(
      List<ItemContent> items,
      List<String> userIds,
      int[] firstEvent,
      int[] eventItems,
      byte[] eventActions,
      long[] eventTimes) {
    this.items = items;
    this.userIds = userIds;
    this.firstEvent = firstEvent;
    this.eventItems = eventItems;
    this.eventActions = eventActions;
    this.eventTimes = eventTimes;
  }

  /** An empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The same without some items and their events. Users keep their numbers, also those without any
   * event left; the other items are numbered anew.
   *
   * @throws IllegalArgumentException when nothing is left
   */
  public TrainingData without(IntPredicate item) {
    int[] kept = IntStream.range(0, items.size()).filter(item.negate()).toArray();
    int[] numbers = new int[items.size()];
    for (int number = 0; number < kept.length; number++) {
      numbers[kept[number]] = number;
    }
    int[] first = new int[firstEvent.length];
    int[] keptItems = new int[eventItems.length];
    byte[] keptActions = new byte[eventItems.length];
    long[] keptTimes = new long[eventItems.length];
    int count = 0;
    for (int user = 0; user < userIds.size(); user++) {
      for (int event = firstEvent[user]; event < firstEvent[user + 1]; event++) {
        if (!item.test(eventItems[event])) {
          keptItems[count] = numbers[eventItems[event]];
          keptActions[count] = eventActions[event];
          keptTimes[count++] = eventTimes[event];
        }
      }
      first[user + 1] = count;
    }
    requireSome(kept.length, count);
    return new TrainingData(
        Arrays.stream(kept).mapToObj(items::get).toList(),
        userIds,
        first,
        Arrays.copyOf(keptItems, count),
        Arrays.copyOf(keptActions, count),
        Arrays.copyOf(keptTimes, count));
  }

  private static void requireSome(int items, int events) {
    if (items == 0 || events == 0) {
      throw new IllegalArgumentException(
          "nothing to learn from: " + items + " items and " + events + " events");
    }
  }

  /** Every listed item, whether or not anyone touched it; the index is the item's number. */
  public List<ItemContent> items() {
    return items;
  }

  /** How many items are listed. */
  public int itemCount() {
    return items.size();
  }

  /** How many users there are, each with at least one event unless items were taken out. */
  public int userCount() {
    return userIds.size();
  }

  /** How many events there are. */
  public int eventCount() {
    return eventItems.length;
  }

  /** The id of a user by number. */
  public String userId(int user) {
    return userIds.get(user);
  }

  /** How many events a user has. */
  public int length(int user) {
    return firstEvent[user + 1] - firstEvent[user];
  }

  /** The item number of a user's event; position 0 is the oldest. */
  public int item(int user, int position) {
    return eventItems[firstEvent[user] + position];
  }

  /** The action code of a user's event, in the order of the Avro enum. */
  public int action(int user, int position) {
    return eventActions[firstEvent[user] + position];
  }

  /** The time of a user's event, milliseconds since 1970. */
  public long timestampMillis(int user, int position) {
    return eventTimes[firstEvent[user] + position];
  }

  /** Whether times say more than the order of events: not where all gaps are alike. */
  public boolean knowsTimes() {
    for (int user = 0; user < userCount(); user++) {
      for (int i = firstEvent[user] + 2; i < firstEvent[user + 1]; i++) {
        if (eventTimes[i] - eventTimes[i - 1] != eventTimes[i - 1] - eventTimes[i - 2]) {
          return true;
        }
      }
    }
    return false;
  }

  /** Collects items, then events. One thread. */
  public static final class Builder {
    private final List<ItemContent> items = new ArrayList<>();
    private final Map<String, Integer> itemNumbers = new HashMap<>();
    private final List<String> userIds = new ArrayList<>();
    private final Map<String, Integer> userNumbers = new HashMap<>();
    private int[] users = new int[1024];
    private int[] eventItems = new int[1024];
    private byte[] actions = new byte[1024];
    private long[] times = new long[1024];
    private int events;

    private Builder() {}

    /**
     * Lists an item.
     *
     * @throws IllegalArgumentException when the id is listed already
     */
    public Builder item(ItemContent item) {
      if (itemNumbers.putIfAbsent(item.itemId(), items.size()) != null) {
        throw new IllegalArgumentException("item \"" + item.itemId() + "\" is listed twice");
      }
      items.add(item);
      return this;
    }

    /**
     * Adds an event; the order among events is free.
     *
     * @param actionCode ordinal of the Avro Action, 0 to 127
     * @throws IllegalArgumentException when the item is not listed (items come first) or the code
     *     or time is out of range
     */
    public Builder event(String userId, String itemId, int actionCode, long timestampMillis) {
      Integer item = itemNumbers.get(itemId);
      if (item == null) {
        throw new IllegalArgumentException(
            "event of user \"" + userId + "\" names item \"" + itemId + "\", which is not listed");
      }
      if (actionCode < 0 || actionCode > Byte.MAX_VALUE) {
        throw new IllegalArgumentException("action " + actionCode + " is not within 0 to 127");
      }
      if (timestampMillis < 0) {
        throw new IllegalArgumentException("timestamp " + timestampMillis + " is negative");
      }
      if (events == users.length) {
        grow();
      }
      users[events] = userIds.size();
      Integer known = userNumbers.putIfAbsent(userId, userIds.size());
      if (known == null) {
        userIds.add(userId);
      } else {
        users[events] = known;
      }
      eventItems[events] = item;
      actions[events] = (byte) actionCode;
      times[events] = timestampMillis;
      events++;
      return this;
    }

    /**
     * The data so far.
     *
     * @throws IllegalArgumentException when there are no items or no events
     */
    public TrainingData build() {
      requireSome(items.size(), events);
      int[] firstEvent = new int[userIds.size() + 1];
      for (int event = 0; event < events; event++) {
        firstEvent[users[event] + 1]++;
      }
      for (int user = 0; user < userIds.size(); user++) {
        firstEvent[user + 1] += firstEvent[user];
      }
      int[] order = orderByUserThenTime(firstEvent);
      int[] sortedItems = new int[events];
      byte[] sortedActions = new byte[events];
      long[] sortedTimes = new long[events];
      for (int place = 0; place < events; place++) {
        sortedItems[place] = eventItems[order[place]];
        sortedActions[place] = actions[order[place]];
        sortedTimes[place] = times[order[place]];
      }
      return new TrainingData(
          List.copyOf(items),
          List.copyOf(userIds),
          firstEvent,
          sortedItems,
          sortedActions,
          sortedTimes);
    }

    /** Counts events into their user's range, then sorts ranges that are not in order already. */
    private int[] orderByUserThenTime(int[] firstEvent) {
      int[] next = firstEvent.clone();
      int[] order = new int[events];
      for (int event = 0; event < events; event++) {
        order[next[users[event]]++] = event;
      }
      for (int user = 0; user < userIds.size(); user++) {
        int from = firstEvent[user];
        int to = firstEvent[user + 1];
        if (!isInTimeOrder(order, from, to)) {
          Integer[] range = Arrays.stream(order, from, to).boxed().toArray(Integer[]::new);
          Arrays.sort(range, (a, b) -> Long.compare(times[a], times[b])); // stable
          for (int i = from; i < to; i++) {
            order[i] = range[i - from];
          }
        }
      }
      return order;
    }

    private boolean isInTimeOrder(int[] order, int from, int to) {
      for (int i = from + 1; i < to; i++) {
        if (times[order[i]] < times[order[i - 1]]) {
          return false;
        }
      }
      return true;
    }

    private void grow() {
      int capacity = events * 2;
      users = Arrays.copyOf(users, capacity);
      eventItems = Arrays.copyOf(eventItems, capacity);
      actions = Arrays.copyOf(actions, capacity);
      times = Arrays.copyOf(times, capacity);
    }
  }
}
