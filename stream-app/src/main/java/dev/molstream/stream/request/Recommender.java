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
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.ReadyQuery;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.schemas.ShardQuery;
import dev.molstream.stream.facts.ItemFacts;
import dev.molstream.stream.history.UserHistory;
import dev.molstream.stream.popularity.PopularItems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ranks items for valid requests: history → query tower → search, or ready query → search; popular
 * items for a user about whom nothing usable is known. Where the items are elsewhere it does not
 * search but says what to search for. Ranks by one model, for any task; holds the buffers of a
 * request, so one thread at a time.
 */
public final class Recommender implements AutoCloseable {
  private final String modelId;
  private final ItemFacts facts;
  private final SearchPlan plan;
  private final @Nullable ItemIndex index; // null where the items are elsewhere
  private final @Nullable Searcher searcher; // null with it
  private final UsableHistory history;
  private final QueryTower tower;
  private final ReadyQueries readyQueries;
  private final MolQuery query;
  private long readyNanos;

  /**
   * A ranked list and how it came about; times in nanoseconds.
   *
   * @param gapBound no item left out scores more than this above the last; null when unknown
   * @param historyLength events the query tower read
   * @param unknownItems events skipped since their item is not known
   * @param asked what to search for where the items are elsewhere; null when the list is complete
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
      long searchNanos,
      ShardQuery.@Nullable Builder asked) {}

  private Recommender(
      ModelManifest model,
      QueryTower tower,
      ItemFacts facts,
      SearchPlan plan,
      @Nullable ItemIndex index) {
    this.modelId = model.modelId();
    this.facts = facts;
    this.plan = plan;
    this.index = index;
    this.history = new UsableHistory(facts, model);
    this.query = MolQuery.allocate(model.shape());
    this.searcher = index == null ? null : index.searcher();
    this.tower = tower;
    this.readyQueries = new ReadyQueries(model, tower);
  }

  /** A recommender with a searcher of its own; closes {@code tower} when it is closed. */
  static Recommender searching(
      ModelManifest model, QueryTower tower, ItemIndex index, SearchPlan plan) {
    return new Recommender(model, tower, ItemFacts.of(index), plan, index);
  }

  /** A recommender that leaves the search to shards; closes {@code tower} when it is closed. */
  static Recommender asking(
      ModelManifest model, QueryTower tower, ItemFacts facts, SearchPlan plan) {
    return new Recommender(model, tower, facts, plan, null);
  }

  /**
   * What makes the request's ready query useless to this model, or null; a good one is kept for the
   * following {@link #rank}.
   */
  @Nullable String problem(RecommendationRequest request) {
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
    if (ready) {
      history.readSeen(request, stored);
    } else {
      history.read(request, stored, nowMillis);
    }
    SearchFilter filter = filter(request);
    long read = System.nanoTime();
    if (!ready && history.query().length() == 0) {
      List<RecommendedItem> items = popularItems(popular, request.getK(), filter, nowMillis);
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
          searched - read,
          null);
    }
    if (!ready) {
      tower.encode(history.query(), nowMillis, query);
    }
    long encoded = System.nanoTime();
    long encodeNanos = ready ? readyNanos : encoded - read;
    if (searcher == null) {
      return new Ranking(
          RecommendationStatus.OK,
          List.of(),
          Certificate.NONE,
          null,
          history.query().length(),
          history.unknownItems(),
          read - start,
          encodeNanos,
          0,
          shardQuery(request, filter));
    }
    SearchAlgorithm algorithm =
        plan.choose(request.getOptions(), Objects.requireNonNull(index).size());
    TopK top = searcher.search(query, request.getK(), filter, algorithm);
    List<RecommendedItem> items = items(top);
    long searched = System.nanoTime();
    return new Ranking(
        RecommendationStatus.OK,
        items,
        certificate(top),
        certificate(top) == Certificate.NONE ? null : top.gapBound(),
        history.query().length(),
        history.unknownItems(),
        read - start,
        encodeNanos,
        searched - encoded,
        null);
  }

  private ShardQuery.Builder shardQuery(RecommendationRequest request, SearchFilter filter) {
    return ShardQuery.newBuilder()
        .setModelId(modelId)
        .setK(request.getK())
        .setComponents(PackedFloats.pack(query.components()))
        .setGate(PackedFloats.pack(query.gate()))
        .setExcludeItems(List.copyOf(filter.excludedItems()))
        .setCategories(List.copyOf(filter.anyCategories()))
        .setOptions(request.getOptions());
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
          String title = facts.passes(itemId, filter) ? facts.title(itemId) : null;
          if (title != null) { // null too when the item went in between
            items.add(new RecommendedItem(itemId, title, log2Count, null, null));
          }
          return items.size() < k;
        });
    return items;
  }
}
