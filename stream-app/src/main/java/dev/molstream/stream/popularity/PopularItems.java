package dev.molstream.stream.popularity;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * How popular items were lately among the users of one partition: decayed counts in that
 * partition's store, and in memory the heaviest of them in order. Since weights never shrink (see
 * {@link Decay}), keeping that board up to date with each event is exact; no scan is needed after
 * the start. Belongs to the task's thread.
 */
public final class PopularItems {
  /** Enough for the largest k when a whole history and a long list of items are excluded. */
  private static final int BOARD_SIZE = 10_000;

  private final KeyValueStore<String, Double> store;
  private final Decay decay;
  private final int boardSize;
  private final Map<String, Ranked> places = new HashMap<>();
  private final TreeSet<Ranked> board =
      new TreeSet<>(
          Comparator.comparingDouble(Ranked::weight).reversed().thenComparing(Ranked::itemId));

  private record Ranked(String itemId, double weight) {}

  /** Sees one popular item. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Called most popular first.
     *
     * @param log2Count log2 of the decayed number of events
     * @return false to see no more
     */
    boolean visit(String itemId, float log2Count);
  }

  /** The counts in {@code store}, which is read once. */
  public PopularItems(KeyValueStore<String, Double> store, Decay decay) {
    this(store, decay, BOARD_SIZE);
  }

  /** With a board for {@code boardSize} items, at least 1. */
  PopularItems(KeyValueStore<String, Double> store, Decay decay, int boardSize) {
    this.store = store;
    this.decay = decay;
    this.boardSize = boardSize;
    try (KeyValueIterator<String, Double> weights = store.all()) {
      while (weights.hasNext()) {
        KeyValue<String, Double> entry = weights.next();
        place(entry.key, entry.value);
      }
    }
  }

  /**
   * Name of the state store. Weights of different half-lives do not add up, so each half-life
   * counts in a store of its own.
   */
  public static String storeName(Decay decay) {
    return "item-popularity-" + decay.halfLife();
  }

  /**
   * The store: on disk, with a changelog, cached so that a popular item is not logged per event.
   */
  public static StoreBuilder<KeyValueStore<String, Double>> storeBuilder(Decay decay) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(storeName(decay)), Serdes.String(), Serdes.Double())
        .withCachingEnabled()
        .withLoggingEnabled(Map.of());
  }

  /** Counts one event. */
  public void count(String itemId, long timestampMillis) {
    Double before = store.get(itemId);
    double weight = decay.add(before == null ? Decay.NOTHING : before, timestampMillis);
    store.put(itemId, weight);
    place(itemId, weight);
  }

  /** Shows the most popular items as of the given time to {@code visitor}, best first. */
  public void read(long nowMillis, Visitor visitor) {
    for (Ranked item : board) {
      if (!visitor.visit(item.itemId, (float) decay.log2CountAt(item.weight, nowMillis))) {
        return;
      }
    }
  }

  private void place(String itemId, double weight) {
    @Nullable Ranked before = places.get(itemId);
    if (before != null) {
      board.remove(before);
    } else if (board.size() == boardSize) {
      if (weight <= board.last().weight) {
        return;
      }
      places.remove(board.pollLast().itemId);
    }
    Ranked now = new Ranked(itemId, weight);
    board.add(now);
    places.put(itemId, now);
  }
}
