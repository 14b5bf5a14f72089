package dev.molstream.retrieval.search;

import dev.molstream.retrieval.BatchSearcher;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.TopK;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A searcher per query, which take turns at every few records: those are read from memory once and
 * from the cache then.
 */
public final class TogetherSearcher implements BatchSearcher {
  private final SearchableItems items;
  private final IndexSearcher[] searchers;
  private final TopK[] answers;

  /** For up to so many queries. */
  public TogetherSearcher(SearchableItems items, int most, Supplier<IndexSearcher> searchers) {
    this.items = items;
    this.searchers = new IndexSearcher[most];
    Arrays.setAll(this.searchers, _ -> searchers.get());
    this.answers = new TopK[most];
  }

  @Override
  public int most() {
    return searchers.length;
  }

  @Override
  public List<TopK> search(List<MolQuery> queries, int k, SearchFilter filter) {
    int count = queries.size();
    if (count < 1 || count > searchers.length) {
      throw new IllegalArgumentException(
          count + " queries are not within 1 to " + searchers.length);
    }
    if (k < 1) {
      throw new IllegalArgumentException("k " + k + " is not at least 1");
    }
    queries.forEach(items.settings().shape()::requireFits);
    long stamp = items.enter();
    try {
      for (int i = 0; i < count; i++) {
        searchers[i].startTogether(queries.get(i), k, filter);
      }
      int limit = items.slots().limit();
      for (int first = 0; first < limit; first += SlotScorer.BATCH) {
        for (int i = 0; i < count; i++) {
          searchers[i].scoreTogether(first);
        }
      }
      for (int i = 0; i < count; i++) {
        answers[i] = searchers[i].endTogether(queries.get(i), k, filter);
      }
      return List.of(Arrays.copyOf(answers, count));
    } finally {
      items.leave(stamp);
    }
  }
}
