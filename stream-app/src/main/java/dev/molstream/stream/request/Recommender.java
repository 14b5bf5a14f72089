package dev.molstream.stream.request;

import dev.molstream.model.ModelManifest;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import dev.molstream.schemas.Certificate;
import dev.molstream.schemas.ReadyQuery;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.stream.history.UserHistory;
import dev.molstream.stream.popularity.PopularItems;
import dev.molstream.stream.validation.Identifiers;
import dev.molstream.stream.validation.OptionRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ranks items for valid requests: history → query tower → search, or ready query → search, or an
 * item as the only event of a history; popular items for a user about whom nothing usable is known.
 * Ranks by one model, for any task; holds the buffers of a request, so one thread at a time.
 */
public final class Recommender implements AutoCloseable {
  private final ItemIndex index;
  private final SearchPlan plan;
  private final UsableHistory history;
  private final QueryTower tower;
  private final Searcher searcher;
  private final CheckedSearch checkedSearch;
  private final ReadyQueries readyQueries;
  private final MolQuery query;
  private final Diversity diversity;
  private final Explainer explainer;
  private long readyNanos;
  private double exactNanosPerItem = 1_000; // until one was measured: a cautious guess

  /**
   * A ranked list and how it came about; times in nanoseconds.
   *
   * @param gapBound no item left out scores more than this above the last; null when unknown
   * @param historyLength events the query tower read
   * @param unknownItems events skipped since their item is not in the index
   */
  record Ranking(
      RecommendationStatus status,
      List<RecommendedItem> items,
      Certificate certificate,
      @Nullable Float gapBound,
      int historyLength,
      int unknownItems,
      long historyNanos,
      long encodeNanos,
      long searchNanos) {}

  /** A recommender with a searcher of its own; closes {@code tower} when it is closed. */
  public Recommender(ModelManifest model, QueryTower tower, ItemIndex index, SearchPlan plan) {
    this.index = index;
    this.plan = plan;
    this.history = new UsableHistory(index, model);
    this.query = MolQuery.allocate(model.shape());
    this.searcher = index.searcher();
    this.checkedSearch = new CheckedSearch(model.modelId(), searcher);
    this.tower = tower;
    this.diversity = new Diversity(index);
    this.explainer = new Explainer(index, tower);
    this.readyQueries = new ReadyQueries(model, tower);
  }

  /**
   * What makes the request's ready query or the item to compare with useless to this model, or
   * null; a good query is kept for the following {@link #rank}.
   */
  @Nullable String problem(RecommendationRequest request) {
    String similarTo = request.getSimilarTo();
    if (similarTo != null && index.title(similarTo) == null) {
      return "similarTo is '%s', valid is an item that model '%s' has"
          .formatted(Identifiers.shown(similarTo), index.settings().modelId());
    }
    ReadyQuery ready = request.getQuery();
    if (ready == null) {
      return null;
    }
    long start = System.nanoTime();
    String problem = readyQueries.take(ready, query);
    readyNanos = System.nanoTime() - start;
    return problem;
  }

  /**
   * Ranks for a valid request in which {@link #problem} has just found none.
   *
   * @param stored where the user's history is
   * @param popular what to recommend when it says nothing
   */
  Ranking rank(
      RecommendationRequest request, UserHistory stored, PopularItems popular, long nowMillis) {
    boolean ready = request.getQuery() != null;
    long start = System.nanoTime();
    String similarTo = request.getSimilarTo();
    if (similarTo != null) {
      history.readItem(similarTo, request, stored, nowMillis);
    } else if (ready) {
      history.readSeen(request, stored);
    } else {
      history.read(request, stored, nowMillis);
    }
    SearchFilter filter = filter(request);
    long read = System.nanoTime();
    if (!ready && history.query().length() == 0) {
      List<RecommendedItem> items = popularItems(popular, request.getK(), filter, nowMillis);
      if (explains(request)) {
        items.replaceAll(
            item -> RecommendedItem.newBuilder(item).setExplanation("Popular lately").build());
      }
      long searched = System.nanoTime();
      return new Ranking(
          RecommendationStatus.COLD_START,
          items,
          Certificate.NONE,
          null,
          0,
          history.unknownItems(),
          read - start,
          0,
          searched - read);
    }
    if (!ready) {
      tower.encode(history.query(), nowMillis, query);
    }
    long encoded = System.nanoTime();
    double differ =
        Double.parseDouble(request.getOptions().getOrDefault(OptionRules.DIVERSITY, "0"));
    int asked = differ > 0 ? Diversity.POOL * request.getK() : request.getK();
    TopK top = search(request, asked, filter);
    List<RecommendedItem> items = items(top);
    if (differ > 0) {
      items = diversity.choose(items, request.getK(), differ);
    }
    long searched = System.nanoTime();
    boolean ofHistory = !ready && similarTo == null;
    if (explains(request)) {
      String words = similarTo == null ? null : "Like " + nameOf(similarTo);
      items = explainer.explain(items, query, ofHistory ? history : null, words, nowMillis);
    }
    // Chosen to differ, the list is not the best one, and nothing is proven about it.
    Certificate certificate = differ > 0 ? Certificate.NONE : certificate(top);
    return new Ranking(
        RecommendationStatus.OK,
        items,
        certificate,
        certificate == Certificate.NONE ? null : top.gapBound(),
        ofHistory ? history.query().length() : 0,
        history.unknownItems(),
        read - start,
        ready ? readyNanos : encoded - read,
        searched - encoded);
  }

  private TopK search(RecommendationRequest request, int k, SearchFilter filter) {
    int held = index.size();
    if (plan.isOpen(request.getOptions(), held)) {
      return checkedSearch.search(query, k, filter);
    }
    SearchAlgorithm algorithm = plan.choose(request.getOptions(), held, exactNanosPerItem);
    long start = System.nanoTime();
    TopK top = searcher.search(query, k, filter, algorithm);
    if (algorithm instanceof SearchAlgorithm.BoundedExact && held > 0) {
      double nanosPerItem = (double) (System.nanoTime() - start) / held;
      exactNanosPerItem += (nanosPerItem - exactNanosPerItem) / 8;
    }
    return top;
  }

  private static boolean explains(RecommendationRequest request) {
    return "true".equals(request.getOptions().get(OptionRules.EXPLAIN));
  }

  private String nameOf(String itemId) {
    String title = index.title(itemId);
    return title == null || title.isEmpty() ? itemId : title;
  }

  private static Certificate certificate(TopK top) {
    if (top.exact()) {
      return Certificate.EXACT;
    }
    return Float.isFinite(top.gapBound()) ? Certificate.BOUNDED : Certificate.NONE;
  }

  /** Closes the query tower. */
  @Override
  public void close() {
    tower.close();
  }

  private SearchFilter filter(RecommendationRequest request) {
    Set<String> excluded = request.getExcludeSeen() ? history.seen() : new HashSet<>();
    excluded.addAll(request.getFilters().getExcludeItems());
    if (request.getSimilarTo() != null) {
      excluded.add(request.getSimilarTo());
    }
    return new SearchFilter(excluded, Set.copyOf(request.getFilters().getCategories()));
  }

  private static List<RecommendedItem> items(TopK top) {
    List<RecommendedItem> items = new ArrayList<>(top.size());
    for (int rank = 0; rank < top.size(); rank++) {
      items.add(
          new RecommendedItem(top.itemId(rank), top.title(rank), top.score(rank), null, null));
    }
    return items;
  }

  private List<RecommendedItem> popularItems(
      PopularItems popular, int k, SearchFilter filter, long nowMillis) {
    List<RecommendedItem> items = new ArrayList<>(k);
    popular.read(
        nowMillis,
        (itemId, log2Count) -> {
          String title = index.passes(itemId, filter) ? index.title(itemId) : null;
          if (title != null) { // null too when the item went in between
            items.add(new RecommendedItem(itemId, title, log2Count, null, null));
          }
          return items.size() < k;
        });
    return items;
  }
}
