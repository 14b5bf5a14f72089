package dev.molstream.stream.request;

import dev.molstream.model.ModelManifest;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.TopK;
import dev.molstream.schemas.Certificate;
import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.QueryWithoutEvent;
import dev.molstream.schemas.ReadyQuery;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.schemas.ShardQuery;
import dev.molstream.stream.facts.ItemFacts;
import dev.molstream.stream.history.UserHistory;
import dev.molstream.stream.popularity.PopularItems;
import dev.molstream.stream.validation.Identifiers;
import dev.molstream.stream.validation.OptionRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ranks items for valid requests: history → query tower → search, or ready query → search, or an
 * item as the only event of a history; popular items for a user about whom nothing usable is known.
 * Where the items are elsewhere it does not search but says what to search for. Ranks by one model,
 * for any task; holds the buffers of a request, so one thread at a time.
 */
public final class Recommender implements AutoCloseable {
  private static final int REHEARSALS = 32;

  private final ModelManifest model;
  private final ItemFacts facts;
  private final @Nullable OwnItems own; // null where the items are elsewhere
  private final UsableHistory history;
  private final QueryTower tower;
  private final ReadyQueries readyQueries;
  private final MolQuery query;
  private long readyNanos;

  /** What it takes an index of all items to do. */
  private record OwnItems(ItemIndex index, PlannedSearch search, Explainer explainer) {}

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
      ModelManifest model, QueryTower tower, ItemFacts facts, @Nullable OwnItems own) {
    this.model = model;
    this.facts = facts;
    this.own = own;
    this.history = new UsableHistory(facts, model);
    this.query = MolQuery.allocate(model.shape());
    this.tower = tower;
    this.readyQueries = new ReadyQueries(model, tower);
  }

  /** A recommender with a searcher of its own; closes {@code tower} when it is closed. */
  static Recommender searching(
      ModelManifest model, QueryTower tower, ItemIndex index, SearchPlan plan) {
    OwnItems own = new OwnItems(index, PlannedSearch.of(index, plan), new Explainer(index));
    return new Recommender(model, tower, ItemFacts.of(index), own);
  }

  /** A recommender that leaves the search to shards; closes {@code tower} when it is closed. */
  static Recommender asking(ModelManifest model, QueryTower tower, ItemFacts facts) {
    return new Recommender(model, tower, facts, null);
  }

  /**
   * Ranks for made-up users, so that what is done once is not done while a real one waits: pages
   * touched, native buffers made, code compiled for sizes it has not met. Their histories are what
   * the search finds for the one before, from one item to as many as the tower reads.
   *
   * @throws IllegalStateException when the query tower fails by what real ones would send it
   */
  void rehearse(long nowMillis) {
    if (own == null) {
      return; // it has no items to rehearse with
    }
    Arrays.fill(query.components(), (float) (1 / Math.sqrt(model.shape().componentDimension())));
    for (int i = 1; i <= REHEARSALS; i++) {
      int length = Math.ceilDiv(i * model.maxHistory(), REHEARSALS);
      SearchFilter unseen = SearchFilter.excluding(history.seen());
      List<RecommendedItem> found =
          PlannedSearch.items(own.search().search(query, length, unseen, Map.of()));
      history.readItems(found, nowMillis);
      if (history.query().length() > 0) {
        tower.encode(history.query(), nowMillis, query);
      }
    }
  }

  /**
   * What makes the request's ready query or the item to compare with useless to this model, or
   * null; a good query is kept for the following {@link #rank}.
   */
  @Nullable String problem(RecommendationRequest request) {
    String similarTo = request.getSimilarTo();
    if (similarTo != null && facts.title(similarTo) == null) {
      return "similarTo is '%s', valid is an item that model '%s' has"
          .formatted(Identifiers.shown(similarTo), model.modelId());
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
          searched - read,
          null);
    }
    if (!ready) {
      tower.encode(history.query(), nowMillis, query);
    }
    long encoded = System.nanoTime();
    boolean ofHistory = !ready && similarTo == null;
    int historyLength = ofHistory ? history.query().length() : 0;
    long encodeNanos = ready ? readyNanos : encoded - read;
    double differ = diversity(request);
    int asked = differ > 0 ? Diversity.POOL * request.getK() : request.getK();
    String words = similarTo == null ? null : "Like " + nameOf(similarTo);
    if (own == null) {
      return new Ranking(
          RecommendationStatus.OK,
          List.of(),
          Certificate.NONE,
          null,
          historyLength,
          history.unknownItems(),
          read - start,
          encodeNanos,
          0,
          shardQuery(request, filter, asked, words, shorter(request, ofHistory, nowMillis)));
    }
    TopK top = own.search().search(query, asked, filter, request.getOptions());
    List<RecommendedItem> items = PlannedSearch.items(top);
    if (differ > 0) {
      items =
          Diversity.choose(
              candidates(own.index(), items),
              model.shape().itemComponents(),
              request.getK(),
              differ);
    }
    long searched = System.nanoTime();
    if (explains(request)) {
      List<ShorterQuery> without = shorter(request, ofHistory, nowMillis);
      items = own.explainer().explain(items, Explainer.ITEMS, query, without, words);
    }
    // Chosen to differ, the list is not the best one, and nothing is proven about it.
    Certificate certificate = differ > 0 ? Certificate.NONE : certificate(top);
    return new Ranking(
        RecommendationStatus.OK,
        items,
        certificate,
        certificate == Certificate.NONE ? null : top.gapBound(),
        historyLength,
        history.unknownItems(),
        read - start,
        encodeNanos,
        searched - encoded,
        null);
  }

  /** What an explanation takes of the history that the query was made from. */
  private List<ShorterQuery> shorter(
      RecommendationRequest request, boolean ofHistory, long nowMillis) {
    return ofHistory && explains(request)
        ? ShorterQuery.of(history, facts, tower, model.shape(), nowMillis)
        : List.of();
  }

  private ShardQuery.Builder shardQuery(
      RecommendationRequest request,
      SearchFilter filter,
      int asked,
      @Nullable String words,
      List<ShorterQuery> without) {
    boolean differ = diversity(request) > 0;
    // Which ten are the first of a list that is made diverse only the asker knows.
    int explained = explains(request) ? differ ? asked : Explainer.ITEMS : 0;
    return ShardQuery.newBuilder()
        .setModelId(model.modelId())
        .setK(asked)
        .setItemComponents(differ ? model.shape().itemComponents() : 0)
        .setExplained(explained)
        .setExplanation(explained > 0 ? words : null)
        .setWithoutEvent(
            without.stream()
                .map(
                    shorter ->
                        new QueryWithoutEvent(
                            shorter.itemId(),
                            shorter.title(),
                            PackedFloats.pack(shorter.query().components()),
                            PackedFloats.pack(shorter.query().gate())))
                .toList())
        .setComponents(PackedFloats.pack(query.components()))
        .setGate(PackedFloats.pack(query.gate()))
        .setExcludeItems(List.of(filter.excluded()))
        .setCategories(List.copyOf(filter.anyCategories()))
        .setOptions(request.getOptions());
  }

  /** The items with their vectors; those that have gone meanwhile are left out. */
  private static List<Diversity.Candidate> candidates(
      ItemIndex index, List<RecommendedItem> items) {
    MolShape shape = index.settings().shape();
    float[] gate = new float[shape.logits()];
    List<Diversity.Candidate> candidates = new ArrayList<>(items.size());
    for (RecommendedItem item : items) {
      float[] components = new float[shape.itemFloats()];
      if (index.copyMixture(item.getItemId(), components, gate)) {
        candidates.add(new Diversity.Candidate(item, components));
      }
    }
    return candidates;
  }

  private static double diversity(RecommendationRequest request) {
    return Diversity.of(request.getOptions());
  }

  private static boolean explains(RecommendationRequest request) {
    return "true".equals(request.getOptions().get(OptionRules.EXPLAIN));
  }

  private String nameOf(String itemId) {
    String title = facts.title(itemId);
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
