package dev.molstream.retrieval.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.Searches;
import dev.molstream.retrieval.VectorFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How many of the best items the approximate algorithms find among clustered items whose components
 * follow from one latent vector, as those of trained models do.
 */
class RecallTest {
  private static final int ITEMS = 20_000;
  private static final int K = 20;
  private static final MolShape SHAPE = Examples.shape(4, 4, 16, 16);
  private static final GatingNetwork GATING = Examples.gating(SHAPE, new SplittableRandom(1), 0.5);
  private static final Latent LATENT = new Latent(new SplittableRandom(2));

  @TempDir private static Path directory;
  private static ItemIndex index;

  /** Makes items and queries from points near the centres of clusters. */
  private static final class Latent {
    private static final int CLUSTERS = 300;
    private static final int DIMENSION = 12;

    private final float[][] centres = new float[CLUSTERS][];
    private final float[][] itemMaps = new float[SHAPE.itemComponents()][];
    private final float[][] queryMaps = new float[SHAPE.queryComponents()][];
    private final float[] itemGateMap;
    private final float[] queryGateMap;

    Latent(RandomGenerator random) {
      float[] common = map(random, SHAPE.componentDimension());
      for (int i = 0; i < CLUSTERS; i++) {
        centres[i] = Examples.gaussians(random, DIMENSION, 1);
      }
      for (int m = 0; m < itemMaps.length; m++) {
        itemMaps[m] = sum(common, 0.6f, map(random, SHAPE.componentDimension()));
      }
      for (int n = 0; n < queryMaps.length; n++) {
        queryMaps[n] = sum(common, 0.6f, map(random, SHAPE.componentDimension()));
      }
      itemGateMap = times(map(random, SHAPE.logits()), 0.5f);
      queryGateMap = times(map(random, SHAPE.logits()), 0.5f);
    }

    /** The same model with other clusters. */
    Latent moved(RandomGenerator random) {
      Latent moved = new Latent(new SplittableRandom(2));
      for (float[] centre : moved.centres) {
        System.arraycopy(Examples.gaussians(random, DIMENSION, 1), 0, centre, 0, DIMENSION);
      }
      return moved;
    }

    MolItem item(RandomGenerator random, int number) {
      float[] point = point(random, number);
      MolItem plain = Examples.item(SHAPE, random, "item " + number, categories(number), true);
      return new MolItem(
          plain.itemId(),
          plain.title(),
          plain.categories(),
          true,
          plain.base(),
          components(itemMaps, point, random),
          times(itemGateMap, point));
    }

    MolQuery query(RandomGenerator random) {
      float[] point = point(random, random.nextInt(CLUSTERS));
      return new MolQuery(components(queryMaps, point, random), times(queryGateMap, point));
    }

    private float[] point(RandomGenerator random, int cluster) {
      float[] noise = Examples.gaussians(random, DIMENSION, 1);
      return sum(centres[cluster % CLUSTERS], 0.3f, noise);
    }

    private static float[] components(float[][] maps, float[] point, RandomGenerator random) {
      int d = SHAPE.componentDimension();
      float[] components = new float[maps.length * d];
      for (int c = 0; c < maps.length; c++) {
        float[] noise = Examples.gaussians(random, d, 1);
        float[] component = sum(times(maps[c], point), 0.1f, noise);
        double squares = 0;
        for (float value : component) {
          squares += value * value;
        }
        for (int i = 0; i < d; i++) {
          components[c * d + i] = component[i] / (float) Math.sqrt(squares);
        }
      }
      return components;
    }

    private static float[] map(RandomGenerator random, int outputs) {
      return Examples.gaussians(random, outputs * DIMENSION, 1 / Math.sqrt(DIMENSION));
    }

    private static float[] times(float[] map, float[] point) {
      float[] product = new float[map.length / DIMENSION];
      for (int i = 0; i < map.length; i++) {
        product[i / DIMENSION] += map[i] * point[i % DIMENSION];
      }
      return product;
    }

    private static float[] times(float[] values, float factor) {
      return sum(new float[values.length], factor, values);
    }

    private static float[] sum(float[] a, float factor, float[] b) {
      float[] sum = a.clone();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += factor * b[i];
      }
      return sum;
    }

    private static List<String> categories(int number) {
      return Stream.of(2, 10, 100, 1_000)
          .filter(share -> number % share == 0)
          .map(share -> "1/" + share)
          .toList();
    }
  }

  /** An algorithm and the least share of the best items that it finds. */
  private record Floor(SearchAlgorithm algorithm, double recall) {}

  static List<Floor> floors() {
    return List.of(
        new Floor(SearchAlgorithm.approximate(), 0.99),
        new Floor(new SearchAlgorithm.Adaptive(3, 1), 0.9),
        new Floor(new SearchAlgorithm.PerEmbedding(100), 0.9),
        new Floor(new SearchAlgorithm.Averaged(500), 0.9),
        new Floor(new SearchAlgorithm.Combined(50, 500), 0.9));
  }

  @BeforeAll
  static void fill() {
    index = filled("floats", VectorFormat.FLOAT32);
  }

  @AfterAll
  static void close() {
    index.close();
  }

  @ParameterizedTest
  @MethodSource("floors")
  void findsNearlyAllTheBest(Floor floor) {
    assertThat(recall(index, SearchFilter.NONE, floor.algorithm(), 100))
        .isGreaterThanOrEqualTo(floor.recall());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 100, 1_000})
  void findsNearlyAllTheBestOfAnyShare(int share) {
    // given
    SearchFilter byCategory = new SearchFilter(Set.of(), Set.of("1/" + share));
    SearchFilter byItem = SearchFilter.excluding(numbered(i -> i % share != 0));

    for (SearchFilter filter : List.of(byCategory, byItem)) {
      for (Floor floor : floors()) {
        // when
        double recall = recall(index, filter, floor.algorithm(), 20);

        // then
        assertThat(recall).as("%s", floor).isGreaterThanOrEqualTo(floor.recall());
      }
    }
  }

  @Test
  void findsNearlyAllTheBestAfterManyChangesAndAfterReopening() {
    // given
    RandomGenerator random = new SplittableRandom(7);
    Latent elsewhere = LATENT.moved(random);
    IndexSettings settings;
    try (ItemIndex changing = filled("changing", VectorFormat.FLOAT32)) {
      settings = changing.settings();

      // when: fewer changes than make it build another partition
      for (int i = 0; i < ITEMS; i++) {
        switch (i % 5) {
          case 0 -> changing.delete("item " + i);
          case 1 -> changing.upsert(LATENT.item(random, i));
          case 2 -> changing.upsert(elsewhere.item(random, i));
          case 3 -> changing.upsert(LATENT.item(random, ITEMS + i));
          default -> {}
        }
      }

      // then
      requireNearlyAll(changing, 0.97);
    }
    try (ItemIndex reopened = ItemIndex.open(settings)) {
      requireNearlyAll(reopened, 0.99);
    }
  }

  /** A list is known by its items, not by the one that is written all the time. */
  @Test
  void findsAsManyThoughSomeItemsNeverRest() {
    try (ItemIndex busy = filled("busy", VectorFormat.FLOAT32)) {
      // given
      SearchAlgorithm narrow = new SearchAlgorithm.Adaptive(3, 1);
      double before = recall(busy, SearchFilter.NONE, narrow, 100);

      // when: fewer changes than make it build another partition
      List<MolItem> few = new ArrayList<>();
      RandomGenerator random = new SplittableRandom(4);
      for (int i = 0; i < 200; i++) {
        few.add(LATENT.item(random, i));
      }
      for (int i = 0; i < ITEMS * 9 / 10; i++) {
        busy.upsert(few.get(i % few.size()));
      }

      // then
      assertThat(recall(busy, SearchFilter.NONE, narrow, 100)).isGreaterThan(before - 0.003);
    }
  }

  @Test
  void findsNearlyAllTheBestOfRoundedVectors() {
    try (ItemIndex rounded = filled("rounded", VectorFormat.BFLOAT16)) {
      requireNearlyAll(rounded, 0.99);
    }
  }

  private static void requireNearlyAll(ItemIndex index, double least) {
    SearchFilter half = SearchFilter.excluding(numbered(i -> i % 2 != 0));
    for (SearchFilter filter : List.of(SearchFilter.NONE, half)) {
      assertThat(recall(index, filter, SearchAlgorithm.approximate(), 100))
          .isGreaterThanOrEqualTo(least);
    }
  }

  private static double recall(
      ItemIndex index, SearchFilter filter, SearchAlgorithm algorithm, int queries) {
    RandomGenerator random = new SplittableRandom(3);
    Searcher searcher = index.searcher();
    int wanted = 0;
    int found = 0;
    for (int i = 0; i < queries; i++) {
      MolQuery query = LATENT.query(random);
      List<String> best =
          Searches.ids(searcher.search(query, K, filter, new SearchAlgorithm.BoundedExact()));
      List<String> hits = new ArrayList<>(best);
      hits.retainAll(Searches.ids(searcher.search(query, K, filter, algorithm)));
      wanted += best.size();
      found += hits.size();
    }
    return (double) found / wanted;
  }

  private static Set<String> numbered(IntPredicate numbers) {
    return IntStream.range(0, ITEMS)
        .filter(numbers)
        .mapToObj(i -> "item " + i)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static ItemIndex filled(String name, VectorFormat format) {
    RandomGenerator random = new SplittableRandom(4);
    ItemIndex index =
        ItemIndex.open(
            new IndexSettings(directory.resolve(name), "m1", SHAPE, GATING, ITEMS, format));
    index.upsertAll(
        consumer -> {
          for (int i = 0; i < ITEMS; i++) {
            consumer.accept(LATENT.item(random, i));
          }
        });
    return index;
  }
}
