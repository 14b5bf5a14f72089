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
import dev.molstream.retrieval.Searches.Scored;
import dev.molstream.retrieval.TopK;
import dev.molstream.retrieval.VectorFormat;
import dev.molstream.retrieval.kernel.ReferenceScorer;
import dev.molstream.retrieval.record.BFloat16;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No item that was missed scores more than {@link TopK#gapBound} above the last one returned,
 * whatever the model, items and query are like. Thousands of seeded cases.
 */
class CertificateTest {
  private static final int FILLS = 6;
  private static final int QUERIES = 40;

  /**
   * Scores are float sums of logits of up to 1/τ = 20, taken by the kernel and by the reference in
   * another order: each is off by some 20 · 2⁻²⁴ · √L, and by as much again for each unit of the
   * gates' rounding. Longer components make longer logits.
   */
  private static final float TOLERANCE = 1e-4f;

  @TempDir private Path directory;

  /** How a gate spreads its weight. */
  enum Gates {
    UNIFORM,
    USUAL,
    PEAKED,
    /** All weight on the largest logit: the score is the bound that exact searches go by. */
    LARGEST_LOGIT,
    /** Up to ±2²⁰, exactly, so that the kernel and the reference see the same. */
    HUGE;

    GatingNetwork network(MolShape shape, RandomGenerator random) {
      return switch (this) {
        case UNIFORM -> Examples.gating(shape, random, 0.01);
        case USUAL, PEAKED -> Examples.gating(shape, random, 1);
        case LARGEST_LOGIT -> multiple(shape, 8);
        case HUGE -> multiple(shape, 0);
      };
    }

    float[] ofQuery(MolShape shape, RandomGenerator random) {
      return switch (this) {
        case UNIFORM -> Examples.gaussians(random, shape.logits(), 0.1);
        case USUAL -> Examples.gaussians(random, shape.logits(), 1);
        case PEAKED -> Examples.gaussians(random, shape.logits(), 4);
        case LARGEST_LOGIT -> new float[shape.logits()];
        case HUGE -> integers(random, shape.logits(), 1 << 18);
      };
    }

    float[] ofItem(MolShape shape, RandomGenerator random) {
      return this == HUGE ? integers(random, shape.logits(), 1) : ofQuery(shape, random);
    }

    /** G_qx(ℓ) = factor · ℓ, for SiLU(x) - SiLU(-x) = x. Needs a hidden width of 2·L. */
    private static GatingNetwork multiple(MolShape shape, float factor) {
      int logits = shape.logits();
      float[] hiddenWeight = new float[2 * logits * logits];
      float[] outputWeight = new float[2 * logits * logits];
      for (int p = 0; p < logits; p++) {
        hiddenWeight[p * logits + p] = factor;
        hiddenWeight[(logits + p) * logits + p] = -factor;
        outputWeight[p * 2 * logits + p] = 1;
        outputWeight[p * 2 * logits + logits + p] = -1;
      }
      return GatingNetwork.of(
          shape, hiddenWeight, new float[2 * logits], outputWeight, new float[logits]);
    }

    private static float[] integers(RandomGenerator random, int count, int factor) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (random.nextInt(5) - 2) * factor;
      }
      return values;
    }
  }

  /** What the components of the items of one index are like. */
  private enum Kind {
    RANDOM,
    IDENTICAL,
    /** Their mean is 0, so that no averaged vector shows them. */
    CANCELLING,
    /** Of length 0 to 2. */
    UNEVEN,
    NEAR_EACH_OTHER
  }

  /** A shape and how its vectors and gates are. */
  record Model(MolShape shape, Gates gates, VectorFormat format) {}

  static Stream<Model> models() {
    List<MolShape> shapes =
        List.of(shape(1, 1, 4), shape(2, 2, 8), shape(4, 3, 16), shape(3, 5, 7), shape(8, 4, 16));
    return Stream.concat(
        shapes.stream()
            .flatMap(shape -> Stream.of(Gates.values()).map(gates -> model(shape, gates))),
        Stream.of(Gates.values())
            .map(gates -> new Model(shape(3, 2, 6), gates, VectorFormat.BFLOAT16)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void holdsForSmallIndexes(Model model) {
    // given
    RandomGenerator random = new SplittableRandom(model.toString().hashCode());
    GatingNetwork gating = model.gates().network(model.shape(), random);
    try (ItemIndex index = open(model, gating)) {
      Searcher searcher = index.searcher();
      for (int fill = 0; fill < FILLS; fill++) {
        index.clear();
        List<MolItem> items = items(model, random, 1 + random.nextInt(300));
        items.forEach(index::upsert);

        // when, then
        verify(searcher, model, gating, items, random, QUERIES);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void holdsForPartitionedIndexes(Gates gates) {
    // given
    Model model = model(shape(2, 3, 8), gates);
    RandomGenerator random = new SplittableRandom(5);
    GatingNetwork gating = gates.network(model.shape(), random);
    try (ItemIndex index = open(model, gating)) {
      for (Kind kind : Kind.values()) {
        index.clear();
        List<MolItem> items = items(model, random, kind, 4_200);
        index.upsertAll(items::forEach);

        // when, then
        verify(index.searcher(), model, gating, items, random, 12);
      }
    }
  }

  private static void verify(
      Searcher searcher,
      Model model,
      GatingNetwork gating,
      List<MolItem> items,
      RandomGenerator random,
      int queries) {
    ReferenceScorer scorer = new ReferenceScorer(model.shape(), gating);
    for (int i = 0; i < queries; i++) {
      MolQuery query = query(model, items, random);
      SearchFilter filter = filter(items, random);
      int k = 1 + random.nextInt(random.nextBoolean() ? 10 : items.size() + 10);
      List<Scored> expected =
          items.stream()
              .filter(item -> passes(filter, item))
              .map(item -> held(model, item))
              .map(item -> new Scored(item.itemId(), Searches.score(scorer, query, item)))
              .sorted(Scored.BEST_FIRST)
              .toList();
      float tolerance = TOLERANCE * Math.max(1, longest(query) * 2);
      for (SearchAlgorithm algorithm : algorithms(random)) {
        TopK top = searcher.search(query, k, filter, algorithm);
        String name = "query " + i + " k " + k + " of " + items.size() + " by " + algorithm;
        verify(name, top, k, expected, tolerance);
        if (Searches.exact().contains(algorithm)) {
          assertThat(top.exact()).as(name).isTrue();
        }
      }
    }
  }

  private static void verify(String name, TopK top, int k, List<Scored> expected, float tolerance) {
    Map<String, Float> missed = new HashMap<>();
    expected.forEach(scored -> missed.put(scored.itemId(), scored.score()));
    for (int rank = 0; rank < top.size(); rank++) {
      // NaN, which nothing is near, when it does not pass or was there before.
      float score = Objects.requireNonNullElse(missed.remove(top.itemId(rank)), Float.NaN);
      requireNear(name, top.score(rank), score, tolerance);
      if (top.exact()) {
        requireNear(name, top.score(rank), expected.get(rank).score(), tolerance);
      }
    }
    assertThat(top.size()).as(name).isLessThanOrEqualTo(k);
    assertThat(top.gapBound()).as(name).isNotNegative();
    if (top.size() < k && !missed.isEmpty()) {
      assertThat(top.gapBound()).as(name).isEqualTo(Float.POSITIVE_INFINITY);
    } else if (!missed.isEmpty()) {
      float best = (float) missed.values().stream().mapToDouble(Float::doubleValue).max().orElse(0);
      assertThat(best - top.score(top.size() - 1))
          .as(name)
          .isLessThanOrEqualTo(top.gapBound() + tolerance);
    }
  }

  private static void requireNear(String name, float actual, float expected, float tolerance) {
    if (!(Math.abs(actual - expected) <= tolerance)) {
      throw new AssertionError(name + ": " + actual + " is not near " + expected);
    }
  }

  private static List<SearchAlgorithm> algorithms(RandomGenerator random) {
    List<SearchAlgorithm> algorithms = new ArrayList<>(Searches.exact());
    algorithms.add(new SearchAlgorithm.PerEmbedding(1 + random.nextInt(12)));
    algorithms.add(new SearchAlgorithm.Averaged(1 + random.nextInt(60)));
    algorithms.add(new SearchAlgorithm.Combined(1 + random.nextInt(6), 1 + random.nextInt(30)));
    algorithms.add(SearchAlgorithm.Adaptive.DEFAULT);
    algorithms.add(new SearchAlgorithm.Adaptive(random.nextInt(3), random.nextInt(3)));
    return algorithms;
  }

  private static MolQuery query(Model model, List<MolItem> items, RandomGenerator random) {
    MolShape shape = model.shape();
    int d = shape.componentDimension();
    float[] components = Examples.units(random, shape.queryComponents(), d);
    float[] near = items.get(random.nextInt(items.size())).components();
    for (int n = 0; n < shape.queryComponents(); n++) {
      switch (random.nextInt(8)) {
        case 0 -> scale(components, n * d, d, 0);
        case 1 -> scale(components, n * d, d, 2 * random.nextFloat());
        case 2, 3 ->
            System.arraycopy(
                near, d * random.nextInt(shape.itemComponents()), components, n * d, d);
        default -> {}
      }
    }
    return new MolQuery(components, model.gates().ofQuery(shape, random));
  }

  private static List<MolItem> items(Model model, RandomGenerator random, int count) {
    Kind[] kinds = Kind.values();
    return items(model, random, kinds[random.nextInt(kinds.length)], count);
  }

  private static List<MolItem> items(Model model, RandomGenerator random, Kind kind, int count) {
    MolShape shape = model.shape();
    float[] first = Examples.units(random, shape.itemComponents(), shape.componentDimension());
    float[] firstGate = model.gates().ofItem(shape, random);
    List<MolItem> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean same = kind == Kind.IDENTICAL;
      float[] components = same ? first : components(kind, shape, first, random);
      float[] gate = same ? firstGate : model.gates().ofItem(shape, random);
      items.add(
          new MolItem(
              "item " + i,
              "",
              List.of("category " + i % 3),
              random.nextInt(20) > 0,
              new float[shape.baseDimension()],
              components,
              gate));
    }
    return items;
  }

  private static float[] components(
      Kind kind, MolShape shape, float[] first, RandomGenerator random) {
    int d = shape.componentDimension();
    float[] components = Examples.units(random, shape.itemComponents(), d);
    for (int m = 0; m < shape.itemComponents(); m++) {
      for (int i = m * d; i < (m + 1) * d; i++) {
        switch (kind) {
          case CANCELLING -> components[i] = m % 2 == 1 ? -components[i - d] : components[i];
          case NEAR_EACH_OTHER -> components[i] = first[i] + 0.1f * components[i];
          case RANDOM, IDENTICAL, UNEVEN -> {}
        }
      }
      if (kind == Kind.UNEVEN) {
        scale(components, m * d, d, random.nextInt(4) == 0 ? 0 : 2 * random.nextFloat());
      }
    }
    return components;
  }

  private static SearchFilter filter(List<MolItem> items, RandomGenerator random) {
    Set<String> some = new HashSet<>();
    for (int i = random.nextInt(items.size()); i > 0; i--) {
      some.add("item " + random.nextInt(items.size()));
    }
    return switch (random.nextInt(5)) {
      case 0 -> SearchFilter.excluding(some);
      case 1 -> SearchFilter.NONE.allowingOnly(some);
      case 2 -> new SearchFilter(some, Set.of("category 1", "category 2"));
      default -> SearchFilter.NONE;
    };
  }

  private static boolean passes(SearchFilter filter, MolItem item) {
    Set<String> allowed = filter.allowedItems();
    return item.available()
        && !filter.excludedItems().contains(item.itemId())
        && (allowed == null || allowed.contains(item.itemId()))
        && (filter.anyCategories().isEmpty()
            || filter.anyCategories().contains(item.categories().getFirst()));
  }

  private static float longest(MolQuery query) {
    float most = 0;
    for (float value : query.components()) {
      most = Math.max(most, Math.abs(value));
    }
    return most;
  }

  private static void scale(float[] values, int from, int count, float factor) {
    for (int i = from; i < from + count; i++) {
      values[i] *= factor;
    }
  }

  /** The item as its record has it. */
  private static MolItem held(Model model, MolItem item) {
    return switch (model.format()) {
      case FLOAT32 -> item;
      case BFLOAT16 ->
          new MolItem(
              item.itemId(),
              item.title(),
              item.categories(),
              item.available(),
              item.base(),
              rounded(item.components()),
              rounded(item.gate()));
    };
  }

  private static float[] rounded(float[] values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = BFloat16.round(values[i]);
    }
    return rounded;
  }

  private ItemIndex open(Model model, GatingNetwork gating) {
    return ItemIndex.open(
        new IndexSettings(directory, "m1", model.shape(), gating, 300, model.format()));
  }

  private static MolShape shape(int queryComponents, int itemComponents, int dimension) {
    return Examples.shape(
        queryComponents, itemComponents, dimension, 2 * queryComponents * itemComponents);
  }

  private static Model model(MolShape shape, Gates gates) {
    return new Model(shape, gates, VectorFormat.FLOAT32);
  }
}
