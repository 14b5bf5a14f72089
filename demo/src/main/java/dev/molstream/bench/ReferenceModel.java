package dev.molstream.bench;

import dev.molstream.dataset.Dataset;
import dev.molstream.dataset.Interaction;
import dev.molstream.demo.EmbeddedItems;
import dev.molstream.demo.Replay;
import dev.molstream.model.ItemContent;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.RecommendedItem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers as the stream application must by one model, computed here from the data set and the
 * bundle alone: to tell whether an answer is wholly that model's. One thread.
 */
final class ReferenceModel implements AutoCloseable {
  private static final float TOLERANCE = 1e-3f;
  private static final int BEYOND = 256;

  private final ModelBundle bundle;
  private final ItemIndex index;
  private final QueryTower tower;
  private final Searcher searcher;
  private final MolQuery query;
  private final QueryHistory history;
  private final Map<String, List<Interaction>> events;

  private ReferenceModel(
      ModelBundle bundle, ItemIndex index, Map<String, List<Interaction>> events) {
    this.bundle = bundle;
    this.index = index;
    this.tower = bundle.openQueryTower();
    this.searcher = index.searcher();
    this.query = MolQuery.allocate(bundle.manifest().shape());
    this.history =
        new QueryHistory(bundle.manifest().maxHistory(), bundle.manifest().shape().baseDimension());
    this.events = events;
  }

  /**
   * The model over a data set.
   *
   * @param directory for its index
   * @param events what {@link #histories} made of the data set
   */
  static ReferenceModel open(
      ModelBundle bundle,
      List<ItemContent> items,
      Map<String, List<Interaction>> events,
      Path directory) {
    ItemIndex index = EmbeddedItems.index(bundle, items, directory);
    try {
      return new ReferenceModel(bundle, index, events);
    } catch (RuntimeException e) {
      index.close();
      throw e;
    }
  }

  /** The events of each user in the order that histories have. */
  static Map<String, List<Interaction>> histories(Dataset dataset) {
    Map<String, List<Interaction>> events = new HashMap<>();
    dataset.forEachInteraction(
        event -> events.computeIfAbsent(event.userId(), _ -> new ArrayList<>()).add(event));
    Comparator<Interaction> order =
        Comparator.comparingLong(Interaction::timestampMillis)
            .thenComparing(event -> Replay.userEvent(event).getEventId());
    events.values().forEach(list -> list.sort(order));
    return events;
  }

  /** The model's id. */
  String modelId() {
    return bundle.manifest().modelId();
  }

  /** What an answer is to a model. */
  enum Verdict {
    /** Each item has the score this model gives it, and no better one is left out. */
    BEST,
    /** Each item has the score this model gives it; an approximate search missed a better one. */
    INCOMPLETE,
    /** An item has another score: it is not wholly this model's. */
    OTHER
  }

  /** Compares an answer with what this model gives its user at its time. */
  Verdict judge(Recommendations answer) {
    int k = answer.getItems().size();
    Map<String, Float> scores = new HashMap<>();
    TopK top = search(answer.getUserId(), answer.getTimestamp().toEpochMilli(), k + BEYOND);
    for (int rank = 0; rank < top.size(); rank++) {
      scores.put(top.itemId(rank), top.score(rank));
    }
    boolean best = true;
    for (int rank = 0; rank < k; rank++) {
      RecommendedItem item = answer.getItems().get(rank);
      Float expected = scores.get(item.getItemId());
      if (expected == null || Math.abs(expected - item.getScore()) > TOLERANCE) {
        return Verdict.OTHER;
      }
      best &= Math.abs(top.score(rank) - item.getScore()) <= TOLERANCE;
    }
    return best ? Verdict.BEST : Verdict.INCOMPLETE;
  }

  @Override
  public void close() {
    tower.close();
    index.close();
  }

  private TopK search(String userId, long timeMillis, int k) {
    List<Interaction> all = events.getOrDefault(userId, List.of());
    Set<String> seen = new HashSet<>();
    all.forEach(event -> seen.add(event.itemId()));
    history.clear();
    int dimension = history.baseDimension();
    for (Interaction event :
        all.subList(Math.max(0, all.size() - history.capacity()), all.size())) {
      if (index.copyBase(event.itemId(), history.vectors(), history.length() * dimension)) {
        history.append(event.action().ordinal(), event.timestampMillis());
      }
    }
    history.belongTo(userId);
    tower.encode(history, timeMillis, query);
    return searcher.search(query, k, new SearchFilter(seen, Set.of()), SearchAlgorithm.exact());
  }
}
