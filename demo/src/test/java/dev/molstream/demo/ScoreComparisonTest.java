package dev.molstream.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.molstream.model.InvalidBundleException;
import dev.molstream.model.ItemContent;
import dev.molstream.model.ItemFeatureEncoder;
import dev.molstream.model.ItemTower;
import dev.molstream.model.ItemVectors;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.model.RandomBundle;
import dev.molstream.model.ScoreExamples;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.ReferenceScorer;
import dev.molstream.schemas.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreComparisonTest {
  private static final MolShape SHAPE = new MolShape(16, 3, 2, 8, 8, 0.05f);
  private static final List<ItemContent> ITEMS =
      List.of(film("1", "Heat (1995)"), film("2", "Ronin (1998)"), film("new", "Thief (1981)"));

  @TempDir Path folder;

  private ModelBundle bundle;
  private ScoreExamples examples;

  @BeforeEach
  void scoreWithTheReferenceScorer() {
    bundle = bundle("bundle", List.of("1", "2"));
    examples = examples(bundle);
  }

  @Test
  void findsTheSameScoresThroughIndexAndSearch() {
    ScoreComparison compared = ScoreComparison.of(bundle, examples);

    assertThat(compared.queries()).isEqualTo(2);
    assertThat(compared.scores()).isEqualTo(6);
    assertThat(compared.largestDifference()).isLessThan(1e-4f);
  }

  @Test
  void findsATemperatureThatIsNotTheTrainedOne() throws IOException {
    Path manifest = bundle.directory().resolve("model.json");
    Files.writeString(manifest, Files.readString(manifest).replace("0.05", "0.06"));

    assertRefused(
        ModelBundle.read(bundle.directory()),
        examples,
        "queries\\[[01]]: item (1|2|new) scores -?[0-9.]+ in the examples, and here -?[0-9.]+,"
            + " valid is within 0.001; no other of the 6 scores differs more");
  }

  @Test
  void findsRowsThatBelongToOtherItems() {
    // The same tables, as the seed is the same.
    assertRefused(
        bundle("other", List.of("2", "1")), examples, "queries\\[[01]]: item .* differs more");
  }

  @Test
  void findsFeaturesThatAreHashedOtherwise() {
    List<ScoreExamples.Item> items = new ArrayList<>(examples.items());
    ScoreExamples.Item heat = items.getFirst();
    items.set(
        0,
        new ScoreExamples.Item(
            heat.itemId(),
            heat.title(),
            heat.categories(),
            heat.attributes(),
            heat.contentEmbedding(),
            List.of(7L, 8L)));

    assertRefused(
        bundle,
        new ScoreExamples(items, examples.queries()),
        "item 1 has features \\[7, 8] in the examples, and here \\[[0-9, ]+]");
  }

  @Test
  void refusesAHistoryThatIsTooLong() {
    int events = RandomBundle.MAX_HISTORY + 1;
    ScoreExamples.Query query =
        new ScoreExamples.Query(
            Collections.nCopies(events, "1"),
            Collections.nCopies(events, 3L),
            Collections.nCopies(events, 0L),
            0,
            Map.of("1", 0f));
    assertRefused(
        bundle,
        new ScoreExamples(examples.items(), List.of(query)),
        "a history of 51 events, valid is 1 to 50");
  }

  @Test
  void probesTowersWithEveryActionThereIs() {
    assertThat(Action.values()).hasSize(QueryHistory.ACTIONS);
  }

  private static void assertRefused(ModelBundle bundle, ScoreExamples examples, String pattern) {
    assertThatExceptionOfType(InvalidBundleException.class)
        .isThrownBy(() -> ScoreComparison.of(bundle, examples))
        .satisfies(refused -> assertThat(refused).message().matches(pattern));
  }

  private ModelBundle bundle(String name, List<String> trained) {
    RandomBundle.write(folder.resolve(name), "random", SHAPE, trained, 7);
    return ModelBundle.read(folder.resolve(name));
  }

  private static ScoreExamples examples(ModelBundle bundle) {
    ItemFeatureEncoder encoder =
        ItemFeatureEncoder.of(bundle.manifest().features(), bundle.trainedItemIds());
    List<ScoreExamples.Item> items = new ArrayList<>();
    for (ItemContent item : ITEMS) {
      long[] features = new long[encoder.spec().maxFeatures()];
      encoder.features(item, features, 0);
      items.add(
          new ScoreExamples.Item(
              item.itemId(),
              item.title(),
              item.categories(),
              Map.of(),
              List.of(),
              Arrays.stream(features).filter(feature -> feature > 0).boxed().toList()));
    }
    try (ItemTower itemTower = bundle.openItemTower();
        QueryTower queryTower = bundle.openQueryTower()) {
      List<ItemVectors> vectors = itemTower.embed(ITEMS);
      return new ScoreExamples(
          items,
          List.of(
              query(bundle, queryTower, vectors, List.of(0)),
              query(bundle, queryTower, vectors, List.of(2, 1, 0))));
    }
  }

  private static ScoreExamples.Query query(
      ModelBundle bundle, QueryTower tower, List<ItemVectors> vectors, List<Integer> items) {
    QueryHistory history = new QueryHistory(items.size(), SHAPE.baseDimension());
    List<String> ids = new ArrayList<>();
    for (int item : items) {
      float[] base = vectors.get(item).base();
      System.arraycopy(base, 0, history.vectors(), history.length() * base.length, base.length);
      history.append(3, history.length());
      ids.add(ITEMS.get(item).itemId());
    }
    MolQuery query = MolQuery.allocate(SHAPE);
    tower.encode(history, 10, query);
    ReferenceScorer scorer = new ReferenceScorer(SHAPE, bundle.gating());
    Map<String, Float> scores = new HashMap<>();
    for (int i = 0; i < ITEMS.size(); i++) {
      ItemVectors item = vectors.get(i);
      scores.put(
          ITEMS.get(i).itemId(),
          scorer.score(query.components(), query.gate(), item.components(), item.gate()));
    }
    List<Long> times = new ArrayList<>();
    for (long time = 0; time < items.size(); time++) {
      times.add(time);
    }
    return new ScoreExamples.Query(ids, Collections.nCopies(items.size(), 3L), times, 10, scores);
  }

  private static ItemContent film(String id, String title) {
    return new ItemContent(id, title, List.of("Crime"), Map.of(), null);
  }
}
