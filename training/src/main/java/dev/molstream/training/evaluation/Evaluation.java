package dev.molstream.training.evaluation;

import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How good a bundle is on a data set, beside baselines. Groups without a target are left out.
 *
 * @param all of all targets
 * @param byPopularity of targets that are head, middle, tail or never seen in what was learned from
 * @param byHistory of targets by how many events there are before them
 * @param lastItems how many of the last items item-kNN adds up, chosen on the validation targets
 * @param recallOfExact which share of what the exact search finds first the search finds
 * @param cold items that the bundle was not trained on; null when nobody touched one
 */
public record Evaluation(
    Comparison all,
    Map<String, Comparison> byPopularity,
    Map<String, Comparison> byHistory,
    int lastItems,
    Evaluator.Recall recallOfExact,
    @Nullable ColdComparison cold) {
  /** The recall of an approximate search is measured with no more users. */
  private static final int MOST_FOR_RECALL = 1000;

  private static final List<String> HISTORIES = List.of("1-9", "10-49", "50-199", "200+");

  public Evaluation {
    byPopularity = Collections.unmodifiableMap(new LinkedHashMap<>(byPopularity));
    byHistory = Collections.unmodifiableMap(new LinkedHashMap<>(byHistory));
  }

  /**
   * Measures the evaluator's bundle.
   *
   * @param ranked is told how many of the users have been ranked, by any thread
   */
  public static Evaluation of(
      Evaluator evaluator, EvaluationSettings settings, LongConsumer ranked) {
    TrainingData data = evaluator.data();
    Split split = evaluator.split();
    ColdItems cold = evaluator.coldItems();
    LearnedEvents learned = LearnedEvents.of(data, split, cold);
    Popularity popularity = Popularity.of(learned);
    Split.Targets targets = settings.choose(split);
    SearchAlgorithm algorithm = settings.algorithm();
    RankingMetrics model = evaluator.rank(targets, algorithm, ranked);
    Baselines baselines = Baselines.of(data, split, learned, popularity, evaluator.threads());
    Comparison all = new Comparison(model, baselines.rank(targets));
    Split.Targets coldTargets =
        Split.lastOf(data, targets.excludesSeen(), cold::contains).limit(settings.mostUsers());
    return new Evaluation(
        all,
        groups(
            targets,
            all,
            Popularity.BUCKETS,
            user -> popularity.bucket(data.item(user, targets.position(user)))),
        groups(targets, all, HISTORIES, user -> historyLength(targets.position(user))),
        baselines.lastItems(),
        algorithm instanceof SearchAlgorithm.Exact
            ? Evaluator.Recall.FULL
            : evaluator.recallOfExact(targets.limit(MOST_FOR_RECALL), algorithm),
        coldTargets.users().findAny().isEmpty()
            ? null
            : ColdComparison.of(evaluator, cold, coldTargets, algorithm));
  }

  /** The targets of each group that has any, in the order of the names. */
  private static Map<String, Comparison> groups(
      Split.Targets targets, Comparison all, List<String> names, IntFunction<String> name) {
    int[] users = targets.users().toArray();
    Map<String, Comparison> groups = new LinkedHashMap<>();
    for (String group : names) {
      BitSet places =
          IntStream.range(0, users.length)
              .filter(place -> name.apply(users[place]).equals(group))
              .collect(BitSet::new, BitSet::set, BitSet::or);
      if (!places.isEmpty()) {
        groups.put(group, all.of(places));
      }
    }
    return groups;
  }

  private static String historyLength(int events) {
    return HISTORIES.get(events < 10 ? 0 : events < 50 ? 1 : events < 200 ? 2 : 3);
  }
}
