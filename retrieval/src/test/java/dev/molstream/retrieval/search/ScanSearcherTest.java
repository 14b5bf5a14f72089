package dev.molstream.retrieval.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.TopK;
import dev.molstream.retrieval.mol.KernelKind;
import dev.molstream.retrieval.scan.ScanIndex;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScanSearcherTest {
  private final RandomGenerator random = new SplittableRandom(11);
  private final MolShape shape = Examples.shape(4, 3, 16, 8);
  private final GatingNetwork gating = Examples.gating(shape, random, 1);
  private final ScanIndex index = new ScanIndex(shape);
  private final ScanSearcher searcher =
      new ScanSearcher(index, KernelKind.chosen().create(shape, gating));
  private final MolQuery query = Examples.query(shape, random);

  static List<SearchAlgorithm> algorithms() {
    return List.of(SearchAlgorithm.exact(), SearchAlgorithm.averaged(50));
  }

  @AfterEach
  void close() {
    index.close();
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void ordersEqualScoresByItemId(SearchAlgorithm algorithm) {
    // given
    MolItem twin = Examples.item(shape, random, "twin");
    for (int i = 99; i >= 10; i--) {
      index.put(
          null,
          new MolItem(
              "item " + i, "", List.of(), true, twin.base(), twin.components(), twin.gate()));
    }

    // when
    TopK top = searcher.search(query, 5, SearchFilter.NONE, algorithm);

    // then
    if (algorithm instanceof SearchAlgorithm.Exact) {
      assertThat(ids(top)).containsExactly("item 10", "item 11", "item 12", "item 13", "item 14");
    }
    assertThat(ids(top)).isSorted();
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void returnsAsManyAsAskedWhileItemsPass(SearchAlgorithm algorithm) {
    // given
    fill(1_000);
    Set<String> excluded = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      if (i % 50 != 0) {
        excluded.add("item " + i);
      }
    }

    // when, then: 20 items pass
    for (int k : new int[] {1, 19, 20, 21, 3_000}) {
      TopK top = searcher.search(query, k, SearchFilter.excluding(excluded), algorithm);
      assertThat(top.size()).isEqualTo(Math.min(k, 20));
      assertThat(ids(top)).doesNotContainAnyElementsOf(excluded).doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void findsItemsOfOneRareCategoryAmongManyWithTheSameSignatureBit(SearchAlgorithm algorithm) {
    // given
    for (int i = 0; i < 1_000; i++) {
      String category = i % 250 == 3 ? "rare" : "genre " + i;
      index.put(null, Examples.item(shape, random, "item " + i, List.of("any", category), true));
    }

    // when
    TopK top =
        searcher.search(query, 100, new SearchFilter(Set.of(), Set.of("rare", "none")), algorithm);

    // then
    assertThat(ids(top)).containsExactlyInAnyOrder("item 3", "item 253", "item 503", "item 753");
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void leavesOutUnavailableAndRemovedItems(SearchAlgorithm algorithm) {
    // given
    var kept = index.put(null, Examples.item(shape, random, "kept"));
    var hidden = index.put(null, Examples.item(shape, random, "hidden"));
    var removed = index.put(null, Examples.item(shape, random, "removed"));
    index.put(hidden, Examples.item(shape, random, "hidden", List.of(), false));
    index.remove(removed);

    // when, then
    assertThat(ids(searcher.search(query, 10, SearchFilter.NONE, algorithm)))
        .containsExactly(kept.itemId());
  }

  @Test
  void widensTheCandidatesToK() {
    // given
    fill(300);

    // when
    TopK top = searcher.search(query, 80, SearchFilter.NONE, SearchAlgorithm.averaged(10));

    // then
    assertThat(top.size()).isEqualTo(80);
    assertThat(top.scored()).isEqualTo(80);
    assertThat(top.exact()).isFalse();
  }

  @Test
  void averagedIsExactWhenEverythingIsScored() {
    // given
    fill(300);
    List<String> expected =
        ids(searcher.search(query, 20, SearchFilter.NONE, SearchAlgorithm.exact()));

    // when
    TopK top = searcher.search(query, 20, SearchFilter.NONE, SearchAlgorithm.averaged(300));

    // then
    assertThat(ids(top)).isEqualTo(expected);
    assertThat(top.exact()).isTrue();
    assertThat(top.scored()).isEqualTo(300);
  }

  /** Components that agree, as those of trained models do, make the mean a good guide. */
  @Test
  void averagedFindsNearlyAllWithATenthOfTheWork() {
    // given
    for (int i = 0; i < 3_000; i++) {
      MolItem item = Examples.item(shape, random, "item " + i);
      pullTogether(item.components(), shape.itemComponents());
      index.put(null, item);
    }
    int hits = 0;
    for (int i = 0; i < 50; i++) {
      MolQuery similar = Examples.query(shape, random);
      pullTogether(similar.components(), shape.queryComponents());
      List<String> exact =
          ids(searcher.search(similar, 20, SearchFilter.NONE, SearchAlgorithm.exact()));

      // when
      List<String> found =
          ids(searcher.search(similar, 20, SearchFilter.NONE, SearchAlgorithm.averaged(300)));

      // then
      found.retainAll(exact);
      hits += found.size();
    }
    assertThat(hits / 1000.0).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void refusesWhatDoesNotFit() {
    MolQuery wrongLength = new MolQuery(new float[7], query.gate());
    MolQuery notFinite = new MolQuery(query.components().clone(), query.gate().clone());
    notFinite.gate()[3] = Float.NaN;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> search(query, 0))
        .withMessage("k 0 is not at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> search(wrongLength, 1))
        .withMessage("query components has 7 values, the shape needs 64");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> search(notFinite, 1))
        .withMessage("query gate holds NaN, which is not within ±1000000.0");
  }

  @Test
  void refusesToSearchAClosedIndex() {
    // given
    fill(10);

    // when
    index.close();

    // then
    assertThatIllegalStateException()
        .isThrownBy(() -> search(query, 1))
        .withMessage("the item index is closed");
  }

  @Test
  void refusesARankBeyondTheAnswer() {
    // given
    fill(3);

    // when
    TopK top = search(query, 5);

    // then
    assertThat(top.size()).isEqualTo(3);
    org.assertj.core.api.Assertions.assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> top.itemId(3))
        .withMessage("rank 3 is not within 0 to 2");
  }

  private TopK search(MolQuery query, int k) {
    return searcher.search(query, k, SearchFilter.NONE, SearchAlgorithm.exact());
  }

  private void fill(int items) {
    for (int i = 0; i < items; i++) {
      index.put(null, Examples.item(shape, random, "item " + i));
    }
  }

  private static List<String> ids(TopK top) {
    List<String> ids = new ArrayList<>();
    for (int rank = 0; rank < top.size(); rank++) {
      ids.add(top.itemId(rank));
    }
    return ids;
  }

  /** Moves all components towards the first one and brings them back to length 1. */
  private static void pullTogether(float[] components, int count) {
    int dimension = components.length / count;
    for (int c = 1; c < count; c++) {
      double squares = 0;
      for (int k = 0; k < dimension; k++) {
        float value = components[k] * 2 + components[c * dimension + k];
        components[c * dimension + k] = value;
        squares += value * value;
      }
      for (int k = 0; k < dimension; k++) {
        components[c * dimension + k] /= (float) Math.sqrt(squares);
      }
    }
  }
}
