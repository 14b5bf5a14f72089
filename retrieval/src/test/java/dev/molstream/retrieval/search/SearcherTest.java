package dev.molstream.retrieval.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.molstream.retrieval.BatchSearcher;
import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
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
import dev.molstream.retrieval.kernel.ReferenceScorer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every algorithm promises, on an index without and on one with a partition. */
class SearcherTest {
  private static final MolShape SHAPE = Examples.shape(4, 3, 16, 8);
  private static final GatingNetwork GATING = Examples.gating(SHAPE, new SplittableRandom(1), 1);
  private static final List<String> COLOURS = List.of("red", "green", "blue");
  private static final List<String> SIZES = List.of("small", "medium", "large", "huge");

  @TempDir private static Path directory;

  private static Catalogue small;
  private static Catalogue partitioned;

  private final RandomGenerator random = new SplittableRandom(11);
  private final float[] direction = Examples.units(random, 1, SHAPE.componentDimension());
  private final MolQuery query = Examples.query(SHAPE, random);

  /** Finds items that {@link #best} made before all others. */
  private final MolQuery aligned = Searches.alignedQuery(SHAPE, direction, query.gate());

  /** An index and what was put into it: "item 0", "item 1" and so on. */
  private record Catalogue(ItemIndex index, List<MolItem> items) {
    static Catalogue of(String name, int size) {
      RandomGenerator random = new SplittableRandom(size);
      ItemIndex index = ItemIndex.open(Examples.settings(directory.resolve(name), SHAPE, GATING));
      List<MolItem> items = IntStream.range(0, size).mapToObj(i -> item(random, i)).toList();
      index.upsertAll(items::forEach);
      return new Catalogue(index, items);
    }

    private static MolItem item(RandomGenerator random, int i) {
      List<String> categories = new ArrayList<>(List.of("all"));
      for (int share : new int[] {2, 10, 100, 1000}) {
        if (i % share == 0) {
          categories.add("1/" + share);
        }
      }
      MolItem item = Examples.item(SHAPE, random, "item " + i, categories, true);
      return new MolItem(
          item.itemId(),
          item.title(),
          item.categories(),
          Map.of("colour", COLOURS.get(i % 3), "size", SIZES.get(i / 3 % 4)),
          true,
          item.base(),
          item.components(),
          item.gate());
    }

    /** The ids of some of the items. */
    Set<String> ids(IntPredicate numbers) {
      return IntStream.range(0, items.size())
          .filter(numbers)
          .mapToObj(i -> "item " + i)
          .collect(Collectors.toUnmodifiableSet());
    }

    /** The best of some of the items by the reference. */
    List<Scored> best(MolQuery query, int k, IntPredicate numbers) {
      ReferenceScorer scorer = new ReferenceScorer(SHAPE, GATING);
      return IntStream.range(0, items.size())
          .filter(numbers)
          .mapToObj(items::get)
          .map(item -> new Scored(item.itemId(), Searches.score(scorer, query, item)))
          .sorted(Scored.BEST_FIRST)
          .limit(k)
          .toList();
    }

    @Override
    public String toString() {
      return items.size() + " items";
    }
  }

  @BeforeAll
  static void fill() {
    small = Catalogue.of("small", 1_000);
    partitioned = Catalogue.of("partitioned", 6_000);
  }

  @AfterAll
  static void close() {
    small.index().close();
    partitioned.index().close();
  }

  static Stream<Catalogue> catalogues() {
    return Stream.of(small, partitioned);
  }

  static Stream<Arguments> algorithms() {
    return catalogues()
        .flatMap(catalogue -> Searches.all().stream().map(each -> arguments(catalogue, each)));
  }

  @Test
  void isAskedWithEveryAlgorithmOnBothKindsOfIndex() {
    // given
    Class<?>[] kinds = SearchAlgorithm.class.getPermittedSubclasses();

    // when
    TopK direct = search(small.index(), 5, SearchFilter.NONE, SearchAlgorithm.approximate());
    TopK byLists = search(partitioned.index(), 5, SearchFilter.NONE, SearchAlgorithm.approximate());

    // then
    assertThat(Searches.all()).extracting(Object::getClass).map(Class.class::cast).contains(kinds);
    assertThat(direct.scanned()).isZero();
    assertThat(byLists.scanned()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("catalogues")
  void exactAlgorithmsReturnTheReferenceRanking(Catalogue catalogue) {
    // given
    List<Scored> expected = catalogue.best(query, 100, _ -> true);

    for (SearchAlgorithm algorithm : Searches.exact()) {
      // when
      TopK top = search(catalogue.index(), 100, SearchFilter.NONE, algorithm);

      // then
      assertThat(top.exact()).isTrue();
      assertThat(Searches.ids(top)).isEqualTo(expected.stream().map(Scored::itemId).toList());
      for (int rank = 0; rank < 100; rank++) {
        assertThat(top.score(rank)).isCloseTo(expected.get(rank).score(), within(1e-4f));
        assertThat(top.title(rank)).isEqualTo("title of " + top.itemId(rank));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("catalogues")
  void exactAlgorithmsAgreeWhereEqualScoresAreCutOff(Catalogue catalogue) {
    // given: 40 items that score what the 30th best scores
    String thirtieth = catalogue.best(query, 30, _ -> true).getLast().itemId();
    MolItem model = catalogue.items().get(number(thirtieth));
    List<String> twins = IntStream.range(10, 50).mapToObj(i -> "a twin " + (59 - i)).toList();
    twins.forEach(twin -> catalogue.index().upsert(named(twin, model)));

    for (int k : new int[] {29, 30, 31, 45, 69, 70, 71, 200}) {
      // when
      Searcher searcher = catalogue.index().searcher();
      List<List<Scored>> answers =
          Searches.exact().stream()
              .map(each -> Searches.scored(searcher.search(query, k, SearchFilter.NONE, each)))
              .toList();

      // then
      List<String> cut =
          answers.getFirst().stream().map(Scored::itemId).skip(29).limit(40).toList();
      assertThat(cut).isEqualTo(twins.stream().sorted().limit(Math.max(0, k - 29)).toList());
      assertThat(answers.get(1)).isEqualTo(answers.get(0));
      assertThat(answers.get(2)).isEqualTo(answers.get(0));
    }
    twins.forEach(catalogue.index()::delete);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void ordersEqualScoresByItemId(Catalogue catalogue, SearchAlgorithm algorithm) {
    // given
    MolItem model = best("twin");
    for (int i = 99; i >= 10; i--) {
      catalogue.index().upsert(named("twin " + i, model));
    }

    // when
    TopK top = catalogue.index().searcher().search(aligned, 5, SearchFilter.NONE, algorithm);
    List<String> found = Searches.ids(top);

    // then
    if (Searches.exact().contains(algorithm)) {
      assertThat(found).containsExactly("twin 10", "twin 11", "twin 12", "twin 13", "twin 14");
    }
    assertThat(found).isSorted().allMatch(itemId -> itemId.startsWith("twin "));
    IntStream.range(10, 100).forEach(i -> catalogue.index().delete("twin " + i));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void returnsAsManyAsAskedWhileItemsPass(Catalogue catalogue, SearchAlgorithm algorithm) {
    // given
    Set<String> excluded = catalogue.ids(i -> i % 50 != 0 || i >= 1_000);

    // when, then: 20 items pass
    for (int k : new int[] {1, 19, 20, 21, 9_000}) {
      TopK top = search(catalogue.index(), k, SearchFilter.excluding(excluded), algorithm);
      assertThat(top.size()).isEqualTo(Math.min(k, 20));
      assertThat(Searches.ids(top)).doesNotContainAnyElementsOf(excluded).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @MethodSource("catalogues")
  void findsForSeveralQueriesInOnePassWhatItFindsForEach(Catalogue catalogue) {
    // given
    RandomGenerator seeded = new SplittableRandom(31);
    List<MolQuery> queries = Stream.generate(() -> Examples.query(SHAPE, seeded)).limit(5).toList();
    BatchSearcher together = catalogue.index().batchSearcher(5);
    SearchFilter half = new SearchFilter(Set.of("item 2"), Set.of("1/2"));

    for (SearchFilter filter : List.of(SearchFilter.NONE, half)) {
      for (int count = 1; count <= 5; count++) {
        // when
        List<TopK> found = together.search(queries.subList(0, count), 20, filter);

        // then
        assertThat(found).hasSize(count);
        Searcher alone = catalogue.index().searcher();
        for (int i = 0; i < count; i++) {
          TopK expected = alone.search(queries.get(i), 20, filter, SearchAlgorithm.exact());
          Searches.assertSame(found.get(i), expected);
          assertThat(found.get(i).exact()).isTrue();
        }
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> together.search(List.of(), 1, SearchFilter.NONE))
        .withMessage("0 queries are not within 1 to 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> catalogue.index().batchSearcher(65))
        .withMessage("65 queries at a time are not within 1 to 64");
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void returnsEverythingWhenAskedForMore(Catalogue catalogue, SearchAlgorithm algorithm) {
    for (int k : new int[] {10_000, Integer.MAX_VALUE}) {
      // when
      TopK top = search(catalogue.index(), k, SearchFilter.NONE, algorithm);

      // then
      assertThat(top.size()).isEqualTo(catalogue.items().size());
      assertThat(top.exact()).isTrue();
      assertThat(Searches.ids(top)).doesNotHaveDuplicates();
      assertThat(Searches.scored(top)).isSortedAccordingTo(Scored.BEST_FIRST);
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void findsTheBestOfAnyShare(Catalogue catalogue, SearchAlgorithm algorithm) {
    for (int share : new int[] {2, 10, 100, 1_000}) {
      // given
      IntPredicate passing = i -> i % share == 0;
      SearchFilter byCategory = new SearchFilter(Set.of(), Set.of("1/" + share, "unknown"));
      SearchFilter byItem = SearchFilter.excluding(catalogue.ids(passing.negate()));

      for (SearchFilter filter : List.of(byCategory, byItem)) {
        // when, then
        requireBest(catalogue, filter, passing, algorithm);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void findsNothingWhereNothingPasses(Catalogue catalogue, SearchAlgorithm algorithm) {
    List<SearchFilter> filters =
        List.of(
            new SearchFilter(Set.of(), Set.of("unknown")),
            SearchFilter.NONE.withAttributes(Map.of("colour", Set.of("unknown"))),
            SearchFilter.NONE.withAttributes(Map.of("colour", Set.of())),
            SearchFilter.NONE.allowingOnly(Set.of("unknown")),
            SearchFilter.NONE.allowingOnly(Set.of()),
            SearchFilter.excluding(catalogue.ids(_ -> true)));
    for (SearchFilter filter : filters) {
      // when
      TopK top = search(catalogue.index(), 10, filter, algorithm);

      // then
      assertThat(top.size()).isZero();
      assertThat(top.gapBound()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void ignoresUnknownItems(Catalogue catalogue, SearchAlgorithm algorithm) {
    // given
    SearchFilter unknownExcluded = SearchFilter.excluding(Set.of("unknown", "item", "item 0x"));
    SearchFilter unknownAllowed =
        SearchFilter.NONE.allowingOnly(Set.of("unknown", "item 7", "item 71", "item 0x"));

    // when, then
    requireBest(catalogue, unknownExcluded, _ -> true, algorithm);
    requireBest(catalogue, unknownAllowed, i -> i == 7 || i == 71, algorithm);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void meetsEveryAttributeWithAnyOfItsValues(Catalogue catalogue, SearchAlgorithm algorithm) {
    // given
    SearchFilter colours =
        SearchFilter.NONE.withAttributes(Map.of("colour", Set.of("red", "blue", "unknown")));
    SearchFilter both =
        SearchFilter.NONE.withAttributes(
            Map.of("colour", Set.of("red", "blue"), "size", Set.of("huge")));
    SearchFilter unknownKey =
        SearchFilter.NONE.withAttributes(Map.of("colour", Set.of("red"), "unknown", Set.of("red")));

    // when, then
    requireBest(catalogue, colours, i -> i % 3 != 1, algorithm);
    requireBest(catalogue, both, i -> i % 3 != 1 && i / 3 % 4 == 3, algorithm);
    requireBest(catalogue, unknownKey, _ -> false, algorithm);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void meetsAllKindsOfFilterTogether(Catalogue catalogue, SearchAlgorithm algorithm) {
    // given
    SearchFilter tags =
        new SearchFilter(catalogue.ids(i -> i % 4 == 0), Set.of("1/2", "1/100"))
            .withAttributes(Map.of("colour", Set.of("green", "red")));
    SearchFilter all = tags.allowingOnly(catalogue.ids(i -> i < 500));

    // when, then
    IntPredicate byTags = i -> i % 4 == 2 && i % 3 != 2;
    requireBest(catalogue, tags, byTags, algorithm);
    requireBest(catalogue, all, byTags.and(i -> i < 500), algorithm);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void leavesOutUnavailableAndDeletedItems(Catalogue catalogue, SearchAlgorithm algorithm) {
    // given
    ItemIndex index = catalogue.index();
    SearchFilter allowed =
        SearchFilter.NONE.allowingOnly(Set.of("kept", "hidden", "deleted", "never available"));
    for (String itemId : List.of("kept", "hidden", "deleted")) {
      index.upsert(best(itemId));
    }
    index.upsert(with(best("never available"), List.of(), Map.of(), false));

    // when
    index.upsert(with(best("hidden"), List.of(), Map.of(), false));
    index.delete("deleted");

    // then
    for (SearchFilter filter : List.of(SearchFilter.NONE, allowed)) {
      TopK top = index.searcher().search(aligned, 10, filter, algorithm);
      assertThat(Searches.ids(top))
          .startsWith("kept")
          .doesNotContain("hidden", "deleted", "never available");
    }
    Stream.of("kept", "hidden", "never available").forEach(index::delete);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void seesWhatAnItemCarriesAtOnce(Catalogue catalogue, SearchAlgorithm algorithm) {
    // given
    ItemIndex index = catalogue.index();
    SearchFilter inHalf = new SearchFilter(Set.of(), Set.of("1/2"));
    SearchFilter isRed = SearchFilter.NONE.withAttributes(Map.of("colour", Set.of("red")));
    MolItem item = best("changing");

    // when, then
    index.upsert(item);
    assertThat(first(index, SearchFilter.NONE, algorithm)).isEqualTo("changing");
    assertThat(first(index, inHalf, algorithm)).isNotEqualTo("changing");
    index.upsert(with(item, List.of("1/2"), Map.of("colour", "blue"), true));
    assertThat(first(index, inHalf, algorithm)).isEqualTo("changing");
    assertThat(first(index, isRed, algorithm)).isNotEqualTo("changing");
    index.upsert(with(item, List.of("all"), Map.of("colour", "red"), true));
    assertThat(first(index, inHalf, algorithm)).isNotEqualTo("changing");
    assertThat(first(index, isRed, algorithm)).isEqualTo("changing");
    index.delete("changing");
    assertThat(first(index, isRed, algorithm)).isNotEqualTo("changing");
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void refusesWhatDoesNotFit(Catalogue catalogue, SearchAlgorithm algorithm) {
    Searcher searcher = catalogue.index().searcher();
    MolQuery wrongLength = new MolQuery(new float[7], query.gate());
    MolQuery notFinite = new MolQuery(query.components(), query.gate().clone());
    notFinite.gate()[3] = Float.NaN;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> searcher.search(query, 0, SearchFilter.NONE, algorithm))
        .withMessage("k 0 is not at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> searcher.search(wrongLength, 1, SearchFilter.NONE, algorithm))
        .withMessage("query components has 7 values, the shape needs 64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> searcher.search(notFinite, 1, SearchFilter.NONE, algorithm))
        .withMessage("query gate holds NaN, which is not within ±1000000.0");
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void refusesARankBeyondTheAnswer(Catalogue catalogue, SearchAlgorithm algorithm) {
    // given
    SearchFilter three = SearchFilter.NONE.allowingOnly(Set.of("item 1", "item 2", "item 3"));

    // when
    TopK top = search(catalogue.index(), 5, three, algorithm);

    // then
    assertThat(top.size()).isEqualTo(3);
    for (int rank : new int[] {-1, 3}) {
      String message = "rank " + rank + " is not within 0 to 2";
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> top.itemId(rank))
          .withMessage(message);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> top.title(rank))
          .withMessage(message);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> top.score(rank))
          .withMessage(message);
    }
  }

  @Test
  void refusesToSearchAClosedIndex(@TempDir Path own) {
    // given
    ItemIndex index = ItemIndex.open(Examples.settings(own, SHAPE, GATING));
    index.upsert(best("only"));
    Searcher searcher = index.searcher();

    // when
    index.close();

    // then
    for (SearchAlgorithm algorithm : Searches.all()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> searcher.search(query, 1, SearchFilter.NONE, algorithm))
          .withMessage("the item index is closed");
    }
  }

  /** Only what passes, K of it, and of the exact algorithms the best. */
  private void requireBest(
      Catalogue catalogue, SearchFilter filter, IntPredicate passing, SearchAlgorithm algorithm) {
    List<Scored> expected = catalogue.best(query, 20, passing);
    TopK top = search(catalogue.index(), 20, filter, algorithm);
    List<String> found = Searches.ids(top);
    assertThat(found).hasSize(expected.size()).doesNotHaveDuplicates();
    assertThat(found).allMatch(itemId -> passing.test(number(itemId)));
    if (top.exact()) {
      assertThat(found).isEqualTo(expected.stream().map(Scored::itemId).toList());
    }
    if (Searches.exact().contains(algorithm)) {
      assertThat(top.exact()).isTrue();
    }
  }

  private TopK search(ItemIndex index, int k, SearchFilter filter, SearchAlgorithm algorithm) {
    return index.searcher().search(query, k, filter, algorithm);
  }

  private String first(ItemIndex index, SearchFilter filter, SearchAlgorithm algorithm) {
    return index.searcher().search(aligned, 3, filter, algorithm).itemId(0);
  }

  /** An item without categories that no other exceeds for {@link #aligned}. */
  private MolItem best(String itemId) {
    return Searches.aligned(SHAPE, direction, Examples.item(SHAPE, random, itemId));
  }

  private static int number(String itemId) {
    return Integer.parseInt(itemId.substring("item ".length()));
  }

  private static MolItem named(String itemId, MolItem item) {
    return new MolItem(
        itemId, "", item.categories(), true, item.base(), item.components(), item.gate());
  }

  private static MolItem with(
      MolItem item, List<String> categories, Map<String, String> attributes, boolean available) {
    return new MolItem(
        item.itemId(),
        item.title(),
        categories,
        attributes,
        available,
        item.base(),
        item.components(),
        item.gate());
  }
}
