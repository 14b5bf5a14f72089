package dev.molstream.stream.request;

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
 * when an event is left out of the history. Only the first items are explained. One thread at a
 * time.
 */
public final class Explainer {
  /** How many items of a list are explained. */
  public static final int ITEMS = 10;

  private static final int SHOWN = 3;
  private static final int NAMED = 2;

  private final ItemIndex index;
  private final MolShape shape;
  private final ReferenceScorer scorer;

  @SuppressWarnings("ArrayRecordComponent") // copied for this request alone
  private record Explained(int rank, float[] components, float[] gate) {}

  /** Explains items of an index. */
  public Explainer(ItemIndex index) {
    this.index = index;
    this.shape = index.settings().shape();
    this.scorer = new ReferenceScorer(shape, index.settings().gating());
  }

  /**
   * The same list with explanations of the first items.
   *
   * @param items what {@code query} found
   * @param count how many are explained
   * @param without what the query would be without an event; empty when it was not made from a
   *     history of several
   * @param words the explanation, where it does not follow from the history
   */
  public List<RecommendedItem> explain(
      List<RecommendedItem> items,
      int count,
      MolQuery query,
      List<ShorterQuery> without,
      @Nullable String words) {
    List<RecommendedItem> result = new ArrayList<>(items);
    for (Explained what : read(items.subList(0, Math.min(count, items.size())))) {
      List<ComponentContribution> pairs = pairs(what, query);
      List<HistoryPull> pulls = pulls(what, query, without);
      result.set(
          what.rank(),
          RecommendedItem.newBuilder(items.get(what.rank()))
              .setExplanation(words == null ? words(pairs, pulls) : words)
              .setContributions(new Contributions(pairs, pulls))
              .build());
    }
    return result;
  }

  private List<Explained> read(List<RecommendedItem> items) {
    List<Explained> explained = new ArrayList<>(items.size());
    for (int rank = 0; rank < items.size(); rank++) {
      float[] components = new float[shape.itemFloats()];
      float[] gate = new float[shape.logits()];
      if (index.copyMixture(items.get(rank).getItemId(), components, gate)) {
        explained.add(new Explained(rank, components, gate));
      }
    }
    return explained;
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

  /** The events that pull most. */
  private List<HistoryPull> pulls(Explained item, MolQuery query, List<ShorterQuery> without) {
    float score = score(item, query);
    return without.stream()
        .map(
            shorter ->
                new HistoryPull(
                    shorter.itemId(), shorter.title(), score - score(item, shorter.query())))
        .sorted(Comparator.comparingDouble(HistoryPull::getPull).reversed())
        .limit(SHOWN)
        .toList();
  }

  private float score(Explained item, MolQuery query) {
    return scorer.score(query.components(), query.gate(), item.components(), item.gate());
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
