package dev.molstream.stream.request;

import dev.molstream.model.ModelManifest;
import dev.molstream.model.QueryHistory;
import dev.molstream.schemas.Action;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendedItem;
import dev.molstream.stream.facts.ItemFacts;
import dev.molstream.stream.history.UserHistory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One request's view of a user: the last events whose items are known, as the query tower reads
 * them, and all items seen. A reusable buffer; one thread at a time.
 *
 * <p>Events come newest first and the tower wants them oldest first, so vectors are gathered in a
 * scratch array and turned round at the end.
 */
final class UsableHistory {
  private final ItemFacts facts;
  private final QueryHistory query;
  private final float[] vectors;
  private final long[] actions;
  private final long[] timestamps;
  private final String[] itemIds;
  private final Set<String> seen = new HashSet<>();
  private int length;
  private int unknownItems;

  UsableHistory(ItemFacts facts, ModelManifest manifest) {
    this.facts = facts;
    int capacity = manifest.maxHistory();
    int dimension = manifest.shape().baseDimension();
    this.query = new QueryHistory(capacity, dimension);
    this.vectors = new float[capacity * dimension];
    this.actions = new long[capacity];
    this.timestamps = new long[capacity];
    this.itemIds = new String[capacity];
  }

  /** Reads the history of the request's user with its context items as the newest events. */
  void read(RecommendationRequest request, UserHistory stored, long nowMillis) {
    begin();
    List<String> context = request.getContextItems();
    for (int i = context.size() - 1; i >= 0; i--) {
      gather(context.get(i), Action.VIEW.ordinal(), nowMillis);
    }
    boolean all = request.getExcludeSeen();
    stored.read(
        request.getUserId(),
        (itemId, action, timestampMillis) -> {
          gather(itemId, action, timestampMillis);
          return all || length < query.capacity();
        });
    turnRound();
    query.belongTo(request.getUserId());
  }

  /** Reads only what is seen, for a request whose query is ready. */
  void readSeen(RecommendationRequest request, UserHistory stored) {
    seen.clear();
    query.clear();
    unknownItems = 0;
    if (request.getExcludeSeen()) {
      seen.addAll(request.getContextItems());
      stored.read(
          request.getUserId(),
          (itemId, _, _) -> {
            seen.add(itemId);
            return true;
          });
    }
  }

  /**
   * Reads what is seen, and as the query one event of nobody's, a view of the item at the given
   * time; none when the item is not known.
   */
  void readItem(String itemId, RecommendationRequest request, UserHistory stored, long nowMillis) {
    readSeen(request, stored);
    if (facts.copyBase(itemId, query.vectors(), 0)) {
      query.append(Action.VIEW.ordinal(), nowMillis);
    }
  }

  /** Reads views of items by nobody in particular, the first of them the newest. */
  void readItems(List<RecommendedItem> items, long nowMillis) {
    begin();
    for (RecommendedItem item : items) {
      gather(item.getItemId(), Action.VIEW.ordinal(), nowMillis);
    }
    turnRound();
  }

  /** What the query tower reads; empty for a user about whom nothing usable is known. */
  QueryHistory query() {
    return query;
  }

  /** The item of event {@code event} of {@link #query}; not for {@link #readItem}. */
  String itemId(int event) {
    return itemIds[length - 1 - event];
  }

  /** Items of all events read: the whole stored history when seen items are to be excluded. */
  Set<String> seen() {
    return seen;
  }

  /** Events skipped because their item is not known. */
  int unknownItems() {
    return unknownItems;
  }

  private void begin() {
    seen.clear();
    length = 0;
    unknownItems = 0;
  }

  private void gather(String itemId, int action, long timestampMillis) {
    seen.add(itemId);
    if (length == query.capacity()) {
      return;
    }
    if (!facts.copyBase(itemId, vectors, length * query.baseDimension())) {
      unknownItems++;
      return;
    }
    actions[length] = action;
    timestamps[length] = timestampMillis;
    itemIds[length] = itemId;
    length++;
  }

  private void turnRound() {
    int dimension = query.baseDimension();
    query.clear();
    for (int i = length - 1; i >= 0; i--) {
      int target = query.length() * dimension;
      System.arraycopy(vectors, i * dimension, query.vectors(), target, dimension);
      query.append(actions[i], timestamps[i]);
    }
  }
}
