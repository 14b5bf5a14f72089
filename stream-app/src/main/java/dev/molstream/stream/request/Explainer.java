package dev.molstream.stream.request;

import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.ReferenceScorer;
import dev.molstream.schemas.ComponentContribution;
import dev.molstream.schemas.Contributions;
import dev.molstream.schemas.HistoryPull;
import dev.molstream.schemas.RecommendedItem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says why items were recommended: which pairs of components make the score, and how much it falls
 * when an event is left out of the history. Only the first items are explained and only the last
 * events left out, each of which takes one run of the query tower: at most {@value #EVENTS}. One
 * thread at a time.
 */
final class Explainer {
  /** How many items of a list are explained. */
  static final int ITEMS = 10;

  /** How many events are left out in turn. */
  static final int EVENTS = 10;

  private static final int SHOWN = 3;
  private static final int NAMED = 2;

  private final ItemIndex index;
  private final MolShape shape;
  private final QueryTower tower;
  private final ReferenceScorer scorer;
  private final MolQuery shortened;

  @SuppressWarnings("ArrayRecordComponent") // copied for this request alone
  private record Explained(RecommendedItem item, float[] components, float[] gate) {}

  /**
   * @param tower borrowed
   */
  Explainer(ItemIndex index, QueryTower tower) {
    this.index = index;
    this.shape = index.settings().shape();
    this.tower = tower;
    this.scorer = new ReferenceScorer(shape, index.settings().gating());
    this.shortened = MolQuery.allocate(shape);
  }

  /**
   * The same list with explanations of the first items.
   *
   * @param items what {@code query} found
   * @param history what the query was made from; null when it was not made from a user's history
   * @param words the explanation, where it does not follow from the history
   */
  List<RecommendedItem> explain(
      List<RecommendedItem> items,
      MolQuery query,
      @Nullable UsableHistory history,
      @Nullable String words,
      long nowMillis) {
    List<Explained> explained = new ArrayList<>();
    for (RecommendedItem item : items.subList(0, Math.min(ITEMS, items.size()))) {
      float[] components = new float[shape.itemFloats()];
      float[] gate = new float[shape.logits()];
      if (index.copyMixture(item.getItemId(), components, gate)) {
        explained.add(new Explained(item, components, gate));
      }
    }
    List<List<HistoryPull>> pulls = pulls(explained, query, history, nowMillis);
    List<RecommendedItem> result = new ArrayList<>(items);
    for (int i = 0; i < explained.size(); i++) {
      Explained what = explained.get(i);
      List<ComponentContribution> pairs = pairs(what, query);
      result.set(
          items.indexOf(what.item()),
          RecommendedItem.newBuilder(what.item())
              .setExplanation(words == null ? words(pairs, pulls.get(i)) : words)
              .setContributions(new Contributions(pairs, pulls.get(i)))
              .build());
    }
    return result;
  }

  private List<ComponentContribution> pairs(Explained what, MolQuery query) {
    double[] gates = scorer.gates(query.components(), query.gate(), what.components(), what.gate());
    List<ComponentContribution> pairs = new ArrayList<>();
    int dimension = shape.componentDimension();
    for (int n = 0; n < shape.queryComponents(); n++) {
      for (int m = 0; m < shape.itemComponents(); m++) {
        float dot = 0;
        for (int k = 0; k < dimension; k++) {
          dot += query.components()[n * dimension + k] * what.components()[m * dimension + k];
        }
        float gate = (float) gates[n * shape.itemComponents() + m];
        pairs.add(new ComponentContribution(n, m, gate, dot / shape.temperature()));
      }
    }
    pairs.sort(
        Comparator.comparingDouble((ComponentContribution p) -> p.getGate() * p.getLogit())
            .reversed());
    return List.copyOf(pairs.subList(0, Math.min(SHOWN, pairs.size())));
  }

  /** For each item the events that pull most; without a history of two events none. */
  private List<List<HistoryPull>> pulls(
      List<Explained> items, MolQuery query, @Nullable UsableHistory history, long nowMillis) {
    List<List<HistoryPull>> pulls = new ArrayList<>();
    items.forEach(_ -> pulls.add(new ArrayList<>()));
    if (history == null || history.query().length() < 2) {
      return List.copyOf(pulls);
    }
    int length = history.query().length();
    for (int event = Math.max(0, length - EVENTS); event < length; event++) {
      tower.encode(without(history.query(), event), nowMillis, shortened);
      String itemId = history.itemId(event);
      String title = index.title(itemId);
      for (int i = 0; i < items.size(); i++) {
        float pull = score(items.get(i), query) - score(items.get(i), shortened);
        pulls.get(i).add(new HistoryPull(itemId, title == null ? "" : title, pull));
      }
    }
    return pulls.stream()
        .map(
            all ->
                all.stream()
                    .sorted(Comparator.comparingDouble(HistoryPull::getPull).reversed())
                    .limit(SHOWN)
                    .toList())
        .toList();
  }

  private float score(Explained item, MolQuery query) {
    return scorer.score(query.components(), query.gate(), item.components(), item.gate());
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

  private static String words(List<ComponentContribution> pairs, List<HistoryPull> pulls) {
    String because =
        pulls.stream()
            .filter(pull -> pull.getPull() > 0)
            .limit(NAMED)
            .map(pull -> pull.getTitle().isEmpty() ? pull.getItemId() : pull.getTitle())
            .distinct()
            .collect(Collectors.joining(" and "));
    if (!because.isEmpty()) {
      return "Because of " + because;
    }
    ComponentContribution first = pairs.getFirst();
    return String.format(
        Locale.ROOT,
        "Component %d of the query and %d of the item agree, %.0f %% of the mixture",
        first.getQueryComponent(),
        first.getItemComponent(),
        100 * first.getGate());
  }
}
