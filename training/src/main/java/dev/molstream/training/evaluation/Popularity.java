package dev.molstream.training.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Items by how many of the learned events are with them. Immutable; any thread. */
final class Popularity {
  /**
   * How well known an item is: head, middle and tail hold a third of the events each, of few, some
   * and many items.
   */
  static final List<String> BUCKETS = List.of("head", "middle", "tail", "never-seen");

  private final int[] places;
  private final String[] buckets;

  private Popularity(int[] places, String[] buckets) {
    this.places = places;
    this.buckets = buckets;
  }

  static Popularity of(LearnedEvents events) {
    int[] counts = events.counts();
    int[] order =
        IntStream.range(0, counts.length)
            .boxed()
            .sorted(Comparator.comparingInt(item -> -counts[item])) // stable: ties by number
            .mapToInt(Integer::intValue)
            .toArray();
    int[] places = new int[counts.length];
    String[] buckets = new String[counts.length];
    long all = Arrays.stream(counts).asLongStream().sum();
    long before = 0;
    for (int place = 0; place < order.length; place++) {
      int item = order[place];
      places[item] = place;
      buckets[item] = BUCKETS.get(counts[item] == 0 ? 3 : (int) (3 * before / all));
      before += counts[item];
    }
    return new Popularity(places, buckets);
  }

  /** How many items are more popular; ties by number. */
  int place(int item) {
    return places[item];
  }

  /** One of {@link #BUCKETS}. */
  String bucket(int item) {
    return buckets[item];
  }
}
