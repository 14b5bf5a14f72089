package dev.molstream.stream.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckedSearchTest {
  private static final int K = 10;

  private final FakeSearcher searcher = new FakeSearcher();
  private final CheckedSearch search = new CheckedSearch("m", searcher);
  private final MolQuery query = MolQuery.allocate(new MolShape(4, 1, 1, 4, 4, 0.05f));

  @Test
  void answersExactlyUntilTheCandidatesHaveShownThatTheyMissNothing() {
    for (int i = 0; i < 32; i++) {
      assertThat(ask().exact()).isTrue();
    }

    assertThat(ask().exact()).isFalse();
    assertThat(search.recall()).isEqualTo(1);
    assertThat(searcher.asked.getLast()).isEqualTo(SearchAlgorithm.averaged(200));
  }

  @Test
  void goesOnCheckingOneInSixtyFour() {
    ask(64);
    searcher.asked.clear();

    ask(640);

    assertThat(searcher.asked)
        .filteredOn(SearchAlgorithm.BoundedExact.class::isInstance)
        .hasSize(10);
  }

  @Test
  void answersExactlyWhileCandidatesMissItems() {
    searcher.missed = 1;

    ask(500);

    assertThat(ask().exact()).isTrue();
    assertThat(search.recall()).isBetween(0.89, 0.91);
  }

  @Test
  void stopsTrustingCandidatesThatGetWorseAndTrustsThemAgainWhenTheyGetBetter() {
    ask(100);
    assertThat(ask().exact()).isFalse();

    searcher.missed = 1;
    ask(64);
    assertThat(ask().exact()).isTrue();

    searcher.missed = 0;
    ask(64 * 400);
    assertThat(ask().exact()).isFalse();
  }

  @Test
  void takesMoreCandidatesForLongerLists() {
    search.search(query, 300, SearchFilter.NONE);

    assertThat(searcher.asked.getFirst()).isEqualTo(SearchAlgorithm.averaged(3_000));
  }

  private void ask(int times) {
    for (int i = 0; i < times; i++) {
      ask();
    }
  }

  private TopK ask() {
    return search.search(query, K, SearchFilter.NONE);
  }

  /** Finds items 0 to k, and of candidates misses the first so many. */
  private static final class FakeSearcher implements Searcher {
    final List<SearchAlgorithm> asked = new ArrayList<>();
    int missed;

    @Override
    public TopK search(MolQuery query, int k, SearchFilter filter, SearchAlgorithm algorithm) {
      asked.add(algorithm);
      boolean exact = algorithm instanceof SearchAlgorithm.BoundedExact;
      return new Found(exact ? 0 : missed, k, exact);
    }
  }

  private record Found(int first, int size, boolean exact) implements TopK {
    @Override
    public String itemId(int rank) {
      return Integer.toString(first + rank);
    }

    @Override
    public String title(int rank) {
      return "";
    }

    @Override
    public float score(int rank) {
      return -rank;
    }

    @Override
    public float gapBound() {
      return exact ? 0 : Float.POSITIVE_INFINITY;
    }

    @Override
    public int scored() {
      return size;
    }

    @Override
    public int scanned() {
      return size;
    }
  }
}
