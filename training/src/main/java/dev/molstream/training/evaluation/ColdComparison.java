package dev.molstream.training.evaluation;

import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How items are ranked that the model was not trained on: each user's last event with one of them
 * is foretold from the events before it, and only such items are ranked.
 *
 * @param items how many items there are to rank
 * @param model how the model ranks them
 * @param popularity how the events rank them that other users had had with them by then; the model
 *     does not know of any
 * @param randomHitRate HR@10 to expect of a random order
 */
public record ColdComparison(
    int items, RankingMetrics model, RankingMetrics popularity, double randomHitRate) {
  private static final int CUTOFF = 10;

  static ColdComparison of(
      Evaluator evaluator, ColdItems cold, Split.Targets targets, SearchAlgorithm algorithm) {
    TrainingData data = evaluator.data();
    Set<String> ids =
        Arrays.stream(cold.numbers())
            .mapToObj(item -> data.items().get(item).itemId())
            .collect(Collectors.toUnmodifiableSet());
    return new ColdComparison(
        cold.count(),
        evaluator.rankUnknownUsers(targets, SearchFilter.NONE.allowingOnly(ids), algorithm),
        byPopularity(data, cold, targets),
        randomHitRate(data, cold, targets));
  }

  private record Event(long timestampMillis, int item) {}

  /** Visits targets and events with cold items together, in the order of time. */
  static RankingMetrics byPopularity(TrainingData data, ColdItems cold, Split.Targets targets) {
    List<Event> events = events(data, cold);
    int[] users = targets.users().toArray();
    Integer[] inTime = new Integer[users.length];
    Arrays.setAll(inTime, place -> place);
    Arrays.sort(inTime, Comparator.comparingLong(place -> time(data, targets, users[place])));
    int[] ranks = new int[users.length];
    int[] counts = new int[data.itemCount()];
    int next = 0;
    for (int place : inTime) {
      long time = time(data, targets, users[place]);
      for (; next < events.size() && events.get(next).timestampMillis() < time; next++) {
        counts[events.get(next).item()]++;
      }
      addOwn(data, targets, users[place], counts, -1);
      int rank = rank(data, cold, targets, users[place], counts);
      ranks[place] = rank <= Metric.DEEPEST ? rank : 0;
      addOwn(data, targets, users[place], counts, 1);
    }
    return RankingMetrics.of(ranks);
  }

  static double randomHitRate(TrainingData data, ColdItems cold, Split.Targets targets) {
    return targets
        .users()
        .mapToDouble(
            user -> {
              BitSet leftOut = leftOut(data, targets, user);
              long candidates =
                  Arrays.stream(cold.numbers()).filter(item -> !leftOut.get(item)).count();
              return Math.min(1.0, (double) CUTOFF / candidates);
            })
        .average()
        .orElse(0);
  }

  private static List<Event> events(TrainingData data, ColdItems cold) {
    List<Event> events = new ArrayList<>();
    for (int user = 0; user < data.userCount(); user++) {
      for (int i = 0; i < data.length(user); i++) {
        if (cold.contains(data.item(user, i))) {
          events.add(new Event(data.timestampMillis(user, i), data.item(user, i)));
        }
      }
    }
    events.sort(Comparator.comparingLong(Event::timestampMillis));
    return events;
  }

  /** Adds to the counts what the user did before the target's time, which is counted already. */
  private static void addOwn(
      TrainingData data, Split.Targets targets, int user, int[] counts, int times) {
    for (int i = 0; i < targets.position(user); i++) {
      if (data.timestampMillis(user, i) < time(data, targets, user)) {
        counts[data.item(user, i)] += times;
      }
    }
  }

  /** From 1, by falling counts, ties by number; 0 when the target is left out. */
  private static int rank(
      TrainingData data, ColdItems cold, Split.Targets targets, int user, int[] counts) {
    BitSet leftOut = leftOut(data, targets, user);
    int target = data.item(user, targets.position(user));
    if (leftOut.get(target)) {
      return 0;
    }
    int rank = 1;
    for (int item : cold.numbers()) {
      boolean better =
          counts[item] > counts[target] || (counts[item] == counts[target] && item < target);
      rank += better && !leftOut.get(item) ? 1 : 0;
    }
    return rank;
  }

  private static BitSet leftOut(TrainingData data, Split.Targets targets, int user) {
    BitSet leftOut = new BitSet();
    for (int i = 0; targets.excludesSeen() && i < targets.position(user); i++) {
      leftOut.set(data.item(user, i));
    }
    return leftOut;
  }

  private static long time(TrainingData data, Split.Targets targets, int user) {
    return data.timestampMillis(user, targets.position(user));
  }
}
