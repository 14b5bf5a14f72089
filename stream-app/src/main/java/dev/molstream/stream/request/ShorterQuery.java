package dev.molstream.stream.request;

import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.stream.facts.ItemFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * What a query would be without one event of the history that it was made from.
 *
 * @param itemId the event's item
 * @param title its title
 * @param query made from the other events
 */
public record ShorterQuery(String itemId, String title, MolQuery query) {
  /** How many events are left out in turn, the last ones: each takes a run of the query tower. */
  static final int EVENTS = 10;

  /** One for each of the last events of a history; none when it has less than two. */
  static List<ShorterQuery> of(
      UsableHistory history, ItemFacts facts, QueryTower tower, MolShape shape, long nowMillis) {
    List<ShorterQuery> shorter = new ArrayList<>();
    int length = history.query().length();
    for (int event = Math.max(0, length - EVENTS); length > 1 && event < length; event++) {
      MolQuery query = MolQuery.allocate(shape);
      tower.encode(without(history.query(), event), nowMillis, query);
      String itemId = history.itemId(event);
      String title = facts.title(itemId);
      shorter.add(new ShorterQuery(itemId, title == null ? "" : title, query));
    }
    return shorter;
  }

  private static QueryHistory without(QueryHistory history, int event) {
    QueryHistory shorter = new QueryHistory(history.length() - 1, history.baseDimension());
    shorter.belongTo(history);
    int dimension = history.baseDimension();
    for (int i = 0; i < history.length(); i++) {
      if (i != event) {
        System.arraycopy(
            history.vectors(),
            i * dimension,
            shorter.vectors(),
            shorter.length() * dimension,
            dimension);
        shorter.append(history.actions()[i], history.timestamps()[i]);
      }
    }
    return shorter;
  }
}
