package dev.molstream.training.evaluation;

import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model has to beat, under its protocol: the same targets, the same items left out, counted
 * over the events that it learned from. Immutable; any thread.
 */
public final class Baselines {
  /** Name of the ranking by popularity. */
  static final String POPULARITY = "popularity";

  /** How many of the last items item-kNN may add up. */
  private static final int[] LAST_ITEMS = {1, 2, 5, 10, 20, 50, 100};

  private static final int MOST_VALIDATED = 10_000;

  private final TrainingData data;
  private final Popularity popularity;
  private final Map<String, Baseline> baselines = new LinkedHashMap<>();
  private final int threads;
  private final int lastItems;

  private Baselines(
      TrainingData data, Split split, LearnedEvents events, Popularity popularity, int threads) {
    this.data = data;
    this.popularity = popularity;
    this.threads = threads;
    ItemNeighbours neighbours = ItemNeighbours.of(events, threads);
    lastItems = bestLastItems(neighbours, split.validation().limit(MOST_VALIDATED));
    baselines.put(POPULARITY, Baseline.POPULARITY);
    baselines.put("itemKnn", itemKnn(neighbours, lastItems));
    baselines.put("markov", MarkovBaseline.of(data, events));
  }

  /** Counts, and chooses by the validation targets of the split what there is to choose. */
  static Baselines of(
      TrainingData data, Split split, LearnedEvents events, Popularity popularity, int threads) {
    return new Baselines(data, split, events, popularity, threads);
  }

  /**
   * How many of a user's last items item-kNN adds the similarities of: whichever number has the
   * best HR@10 on the validation targets.
   */
  int lastItems() {
    return lastItems;
  }

  /** How popularity, item-kNN and the Markov chain rank the targets, by name. */
  Map<String, RankingMetrics> rank(Split.Targets targets) {
    Map<String, RankingMetrics> rankings = new LinkedHashMap<>();
    baselines.forEach((name, baseline) -> rankings.put(name, rank(targets, baseline)));
    return Collections.unmodifiableMap(rankings);
  }

  private int bestLastItems(ItemNeighbours neighbours, Split.Targets validation) {
    int best = LAST_ITEMS[0];
    double bestRate = -1;
    for (int count : LAST_ITEMS) {
      double rate = rank(validation, itemKnn(neighbours, count)).hitRate(10);
      if (rate > bestRate) {
        best = count;
        bestRate = rate;
      }
    }
    return best;
  }

  private Baseline itemKnn(ItemNeighbours neighbours, int lastItems) {
    return (user, position, scores) -> {
      for (int i = Math.max(0, position - lastItems); i < position; i++) {
        neighbours.addTo(scores, data.item(user, i));
      }
    };
  }

  private RankingMetrics rank(Split.Targets targets, Baseline baseline) {
    int[] users = targets.users().toArray();
    int[] ranks = new int[users.length];
    Threads.run(
        threads,
        part -> {
          ItemScores scores = new ItemScores(data.itemCount(), popularity);
          for (int i = part; i < users.length; i += threads) {
            int rank = rank(targets, users[i], baseline, scores);
            ranks[i] = rank <= Metric.DEEPEST ? rank : 0;
          }
        });
    return RankingMetrics.of(ranks);
  }

  private int rank(Split.Targets targets, int user, Baseline baseline, ItemScores scores) {
    int position = targets.position(user);
    scores.clear();
    for (int i = 0; targets.excludesSeen() && i < position; i++) {
      scores.leaveOut(data.item(user, i));
    }
    baseline.score(user, position, scores);
    return scores.rank(data.item(user, position));
  }
}
