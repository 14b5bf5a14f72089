package dev.molstream.retrieval.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.TopK;
import dev.molstream.retrieval.kernel.ReferenceScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index against a plain map, under random operations, restarts and crashes. */
class StoredItemIndexModelTest {
  private static final List<String> CATEGORIES = List.of("Drama", "Comedy", "Horror", "Ärger");

  private final MolShape shape = Examples.shape(2, 3, 4, 6);
  private final Map<String, MolItem> model = new TreeMap<>();
  private Map<Integer, Long> modelOffsets = new HashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void behavesLikeAPlainMap(long seed, @TempDir Path directory) throws IOException {
    // given
    RandomGenerator random = new SplittableRandom(seed);
    GatingNetwork gating = Examples.gating(shape, random, 1);
    IndexSettings settings = Examples.settings(directory, shape, gating);
    ItemIndex index = ItemIndex.open(settings);

    // when, then
    for (int step = 0; step < 3_000; step++) {
      int dice = random.nextInt(1_000);
      String itemId = "item " + random.nextInt(400);
      if (dice < 600) {
        MolItem item = randomItem(random, itemId);
        index.upsert(item);
        model.put(itemId, item);
      } else if (dice < 900) {
        assertThat(index.delete(itemId)).isEqualTo(model.remove(itemId) != null);
      } else if (dice < 910) {
        modelOffsets = Map.of(0, (long) step, 5, random.nextLong(1L << 40));
        index.storeOffsets(modelOffsets);
      } else if (dice < 911) {
        index.clear();
        model.clear();
        modelOffsets = Map.of();
      } else if (dice < 914) {
        index.close();
        if (random.nextBoolean()) {
          Files.delete(directory.resolve("closed-cleanly"));
        }
        index = ItemIndex.open(settings);
        verifyAll(index);
      } else {
        verifySearch(index, gating, random);
      }
    }
    index.close();
    ItemIndex reopened = ItemIndex.open(settings);
    verifyAll(reopened);
    reopened.close();
  }

  private MolItem randomItem(RandomGenerator random, String itemId) {
    List<String> categories = new ArrayList<>(CATEGORIES);
    categories.removeIf(_ -> random.nextBoolean());
    return Examples.item(shape, random, itemId, categories, random.nextInt(10) > 0);
  }

  private void verifyAll(ItemIndex index) {
    assertThat(index.size()).isEqualTo(model.size());
    assertThat(index.storedOffsets()).isEqualTo(modelOffsets);
    float[] base = new float[shape.baseDimension()];
    for (int i = 0; i < 400; i++) {
      String itemId = "item " + i;
      MolItem item = model.get(itemId);
      assertThat(index.copyBase(itemId, base, 0)).isEqualTo(item != null);
      float[] components = new float[shape.itemFloats()];
      float[] gate = new float[shape.logits()];
      assertThat(index.copyMixture(itemId, components, gate)).isEqualTo(item != null);
      if (item != null) {
        assertThat(components).containsExactly(item.components());
        assertThat(gate).containsExactly(item.gate());
      }
      if (item != null) {
        assertThat(base).isEqualTo(item.base());
        assertThat(index.title(itemId)).isEqualTo(item.title());
        assertThat(index.isAvailable(itemId)).isEqualTo(item.available());
      }
    }
  }

  private void verifySearch(ItemIndex index, GatingNetwork gating, RandomGenerator random) {
    MolQuery query = Examples.query(shape, random);
    int k = 1 + random.nextInt(60);
    Set<String> excluded = new HashSet<>();
    for (int i = random.nextInt(200); i > 0; i--) {
      excluded.add("item " + random.nextInt(500));
    }
    Set<String> wanted =
        random.nextBoolean() ? Set.of() : Set.of(CATEGORIES.get(random.nextInt(4)), "Western");
    SearchFilter filter = new SearchFilter(excluded, wanted);
    List<Scored> expected = expected(gating, query, filter);

    TopK exact = index.searcher().search(query, k, filter, SearchAlgorithm.exact());
    assertThat(exact.exact()).isTrue();
    assertThat(exact.size()).isEqualTo(Math.min(k, expected.size()));
    for (int rank = 0; rank < exact.size(); rank++) {
      assertThat(exact.itemId(rank)).isEqualTo(expected.get(rank).itemId());
      assertThat(exact.title(rank)).isEqualTo("title of " + exact.itemId(rank));
      assertThat(exact.score(rank)).isCloseTo(expected.get(rank).score(), within(1e-4f));
    }

    TopK averaged = index.searcher().search(query, k, filter, SearchAlgorithm.averaged(40));
    assertThat(averaged.size()).isEqualTo(Math.min(k, expected.size()));
    Map<String, Float> scores = new HashMap<>();
    expected.forEach(scored -> scores.put(scored.itemId(), scored.score()));
    for (int rank = 0; rank < averaged.size(); rank++) {
      assertThat(averaged.score(rank))
          .isCloseTo(scores.getOrDefault(averaged.itemId(rank), Float.NaN), within(1e-4f));
    }
    if (expected.size() <= Math.max(k, 40)) {
      assertThat(averaged.exact()).isTrue();
    }
  }

  private List<Scored> expected(GatingNetwork gating, MolQuery query, SearchFilter filter) {
    ReferenceScorer scorer = new ReferenceScorer(shape, gating);
    List<Scored> scored = new ArrayList<>();
    for (MolItem item : model.values()) {
      boolean wanted =
          filter.anyCategories().isEmpty()
              || item.categories().stream().anyMatch(filter.anyCategories()::contains);
      if (item.available() && wanted && !filter.excludedItems().contains(item.itemId())) {
        float score =
            scorer.score(query.components(), query.gate(), item.components(), item.gate());
        scored.add(new Scored(item.itemId(), score));
      }
    }
    scored.sort(Comparator.comparing(Scored::score).reversed().thenComparing(Scored::itemId));
    return scored;
  }

  private record Scored(String itemId, float score) {}
}
