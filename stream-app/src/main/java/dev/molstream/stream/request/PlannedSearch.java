package dev.molstream.stream.request;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import dev.molstream.schemas.RecommendedItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Searches one index as its plan and the request's options say, and measures what an exact search
 * takes. One thread at a time.
 */
public final class PlannedSearch {
  private final ItemIndex index;
  private final SearchPlan plan;
  private final Searcher searcher;
  private final CheckedSearch checked;
  private double exactNanosPerItem = 1_000; // until one was measured: a cautious guess

  private PlannedSearch(ItemIndex index, SearchPlan plan) {
    this.index = index;
    this.plan = plan;
    this.searcher = index.searcher();
    this.checked = new CheckedSearch(index.settings().modelId(), searcher);
  }

  /** A search with a searcher of its own over {@code index}, which is borrowed. */
  public static PlannedSearch of(ItemIndex index, SearchPlan plan) {
    return new PlannedSearch(index, plan);
  }

  /**
   * The best {@code k} items; valid until the next search.
   *
   * @param options of a valid request
   */
  public TopK search(MolQuery query, int k, SearchFilter filter, Map<String, String> options) {
    int held = index.size();
    if (plan.isOpen(options, held)) {
      return checked.search(query, k, filter);
    }
    SearchAlgorithm algorithm = plan.choose(options, held, exactNanosPerItem);
    long start = System.nanoTime();
    TopK top = searcher.search(query, k, filter, algorithm);
    if (algorithm instanceof SearchAlgorithm.BoundedExact && held > 0) {
      double nanosPerItem = (double) (System.nanoTime() - start) / held;
      exactNanosPerItem += (nanosPerItem - exactNanosPerItem) / 8;
    }
    return top;
  }

  /** What was found, best first, not explained. */
  public static List<RecommendedItem> items(TopK top) {
    List<RecommendedItem> items = new ArrayList<>(top.size());
    for (int rank = 0; rank < top.size(); rank++) {
      items.add(
          new RecommendedItem(top.itemId(rank), top.title(rank), top.score(rank), null, null));
    }
    return items;
  }
}
