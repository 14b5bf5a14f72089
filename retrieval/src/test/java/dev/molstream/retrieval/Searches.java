package dev.molstream.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.kernel.ReferenceScorer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Algorithms to search with, and what comes out, for tests. */
public final class Searches {
  private Searches() {}

  /** An item id and its score. */
  public record Scored(String itemId, float score) {
    /** Best first, ties by item id. */
    public static final Comparator<Scored> BEST_FIRST =
        Comparator.comparing(Scored::score).reversed().thenComparing(Scored::itemId);
  }

  /** Those that always find the best K. */
  public static List<SearchAlgorithm> exact() {
    return List.of(
        new SearchAlgorithm.Exact(),
        new SearchAlgorithm.BoundedExact(),
        new SearchAlgorithm.TwoPass());
  }

  /** One of every kind. */
  public static List<SearchAlgorithm> all() {
    List<SearchAlgorithm> all = new ArrayList<>(exact());
    all.add(new SearchAlgorithm.PerEmbedding(50));
    all.add(new SearchAlgorithm.Averaged(200));
    all.add(new SearchAlgorithm.Combined(20, 100));
    all.add(SearchAlgorithm.Adaptive.DEFAULT);
    return all;
  }

  /** The items of an answer, best first. */
  public static List<String> ids(TopK top) {
    List<String> ids = new ArrayList<>();
    for (int rank = 0; rank < top.size(); rank++) {
      ids.add(top.itemId(rank));
    }
    return ids;
  }

  /** The items of an answer with their scores, best first. */
  public static List<Scored> scored(TopK top) {
    List<Scored> scored = new ArrayList<>();
    for (int rank = 0; rank < top.size(); rank++) {
      scored.add(new Scored(top.itemId(rank), top.score(rank)));
    }
    return scored;
  }

  /** The true score of an item. */
  public static float score(ReferenceScorer scorer, MolQuery query, MolItem item) {
    return scorer.score(query.components(), query.gate(), item.components(), item.gate());
  }

  /** A query all of whose components are that vector. */
  public static MolQuery alignedQuery(MolShape shape, float[] unit, float[] gate) {
    return new MolQuery(repeated(unit, shape.queryComponents()), gate);
  }

  /** The same item with all components that vector: it scores 1/τ, the most there is. */
  public static MolItem aligned(MolShape shape, float[] unit, MolItem item) {
    return new MolItem(
        item.itemId(),
        item.title(),
        item.categories(),
        item.attributes(),
        item.available(),
        item.base(),
        repeated(unit, shape.itemComponents()),
        item.gate());
  }

  private static float[] repeated(float[] vector, int times) {
    float[] all = new float[vector.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(vector, 0, all, i * vector.length, vector.length);
    }
    return all;
  }

  /** Requires the same items with the same scores, last bits aside. */
  public static void assertSame(TopK found, TopK expected) {
    assertThat(ids(found)).isEqualTo(ids(expected));
    for (int rank = 0; rank < found.size(); rank++) {
      assertThat(found.score(rank)).isCloseTo(expected.score(rank), within(1e-5f));
    }
  }
}
