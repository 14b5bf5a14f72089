package dev.molstream.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.model.ItemContent;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a random model: what is measured is right, however bad it is. */
class EvaluationTest {
  private static final int ITEMS = 200;
  private static final int USERS = 60;

  @TempDir Path directory;

  private final TrainingData data = data();
  private final Split split = Split.leaveOneOut(data);

  @Test
  void countsEveryUserOnceInEachGrouping() {
    AtomicLong ranked = new AtomicLong();

    Evaluation evaluation =
        evaluate(
            bundle(ITEMS),
            settings(SearchAlgorithm.exact()),
            done -> ranked.accumulateAndGet(done, Math::max));

    assertThat(evaluation.all().model().users()).isEqualTo(USERS);
    assertThat(ranked).hasValue(USERS);
    assertThat(evaluation.all().baselines().keySet())
        .containsExactly("popularity", "itemKnn", "markov");
    assertThat(users(evaluation.byPopularity().values())).isEqualTo(USERS);
    assertThat(users(evaluation.byHistory().values())).isEqualTo(USERS);
    assertThat(evaluation.byHistory().keySet()).containsExactly("1-9", "10-49");
    assertThat(evaluation.recallOfExact().at10()).isEqualTo(1);
    assertThat(evaluation.cold()).isNull();
  }

  @Test
  void aRandomModelRanksByChance() {
    Evaluation evaluation = evaluate(bundle(ITEMS), settings(SearchAlgorithm.exact()));

    // All 200 items but some twenty seen ones are ranked: every target is found, one in two within
    // the first 90.
    assertThat(evaluation.all().model().hitRate(200)).isEqualTo(1);
    assertThat(evaluation.all().model().hitRate(100)).isCloseTo(0.55, within(0.2));
  }

  @Test
  void foretellsWhichTargetsOfHowManyUsersItIsAskedFor() {
    EvaluationSettings settings =
        new EvaluationSettings(
            SearchAlgorithm.exact(), EvaluationSettings.TargetKind.VALIDATION, 20);

    Evaluation evaluation = evaluate(bundle(ITEMS), settings);

    LearnedEvents learned = LearnedEvents.of(data, split, ColdItems.none());
    RankingMetrics popularity =
        Objects.requireNonNull(
            Baselines.of(data, split, learned, Popularity.of(learned), 1)
                .rank(split.validation().limit(20))
                .get("popularity"));
    assertThat(evaluation.all().model().users()).isEqualTo(20);
    assertThat(evaluation.all().popularity().asMap()).isEqualTo(popularity.asMap());
    assertThat(evaluation.all().popularity().reciprocalRank()).isPositive();
  }

  @Test
  void measuresWhatAnApproximateSearchMisses() {
    Evaluation few = evaluate(bundle(ITEMS), settings(SearchAlgorithm.averaged(10)));
    Evaluation all = evaluate(bundle(ITEMS), settings(SearchAlgorithm.averaged(ITEMS)));

    assertThat(few.recallOfExact().at10()).isBetween(0.05, 0.95);
    assertThat(few.recallOfExact().at100()).isGreaterThan(few.recallOfExact().at10());
    assertThat(all.recallOfExact().at10()).isEqualTo(1);
    assertThat(all.recallOfExact().at100()).isEqualTo(1);
  }

  @Test
  void ranksItemsThatAreNewToTheModelAmongThemselves() {
    int known = ITEMS - 30;

    Evaluation evaluation = evaluate(bundle(known), settings(SearchAlgorithm.exact()));

    ColdComparison cold = Objects.requireNonNull(evaluation.cold());
    assertThat(cold.items()).isEqualTo(30);
    assertThat(cold.model().users())
        .isEqualTo((int) Split.lastOf(data, true, item -> item >= known).users().count());
    assertThat(cold.model().hitRate(50)).isEqualTo(1);
    assertThat(cold.model().hitRate(10)).isBetween(0.1, 0.8);
    assertThat(cold.popularity().hitRate(50)).isEqualTo(1);
    assertThat(cold.randomHitRate()).isBetween(10 / 30.0, 0.6);
    assertThat(evaluation.byPopularity()).containsKey("never-seen");
  }

  private Evaluation evaluate(ModelBundle bundle, EvaluationSettings settings) {
    return evaluate(bundle, settings, _ -> {});
  }

  private Evaluation evaluate(
      ModelBundle bundle, EvaluationSettings settings, LongConsumer ranked) {
    Path work = directory.resolve("work-" + settings.algorithm());
    try (Evaluator evaluator = Evaluator.open(data, split, bundle, work, 2)) {
      return Evaluation.of(evaluator, settings, ranked);
    }
  }

  private static EvaluationSettings settings(SearchAlgorithm algorithm) {
    return new EvaluationSettings(algorithm, EvaluationSettings.TargetKind.TEST, Integer.MAX_VALUE);
  }

  private static int users(Collection<Comparison> groups) {
    return groups.stream().mapToInt(group -> group.model().users()).sum();
  }

  private ModelBundle bundle(int trainedItems) {
    Path folder = directory.resolve("bundle-" + trainedItems);
    List<String> ids = data.items().stream().limit(trainedItems).map(ItemContent::itemId).toList();
    RandomBundle.write(folder, "random", new MolShape(16, 3, 2, 8, 8, 0.05f), ids, 1);
    return ModelBundle.read(folder);
  }

  /** Each user takes 5 to 40 different items at random. */
  private static TrainingData data() {
    SplittableRandom random = new SplittableRandom(3);
    TrainingData.Builder builder = TrainingData.builder();
    for (int item = 0; item < ITEMS; item++) {
      List<String> categories = List.of("Kind " + item % 7);
      builder.item(new ItemContent("i" + item, "", categories, Map.of(), null));
    }
    for (int user = 0; user < USERS; user++) {
      int[] items = random.ints(0, ITEMS).distinct().limit(random.nextInt(5, 41)).toArray();
      for (int i = 0; i < items.length; i++) {
        builder.event("u" + user, "i" + items[i], 0, i);
      }
    }
    return builder.build();
  }
}
