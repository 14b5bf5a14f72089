package dev.molstream.demo;

import dev.molstream.model.InvalidBundleException;
import dev.molstream.model.ItemContent;
import dev.molstream.model.ItemFeatureEncoder;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.model.ScoreExamples;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores of a bundle, through the towers, the index and the search that serve, beside those its
 * model gave where it was made.
 *
 * @param queries how many were compared
 * @param scores how many were compared
 * @param largestDifference among them
 */
public record ScoreComparison(int queries, int scores, float largestDifference) {
  /** Two scores further apart than this are not the same model's. */
  public static final float TOLERANCE = 1e-3f;

  /**
   * Compares features first, then scores.
   *
   * @throws InvalidBundleException when something differs, naming the first item whose features do
   *     or the score that differs most
   */
  public static ScoreComparison of(ModelBundle bundle, ScoreExamples examples) {
    List<ItemContent> items = examples.items().stream().map(ScoreComparison::content).toList();
    requireSameFeatures(bundle, examples, items);
    try (TemporaryDirectory work = TemporaryDirectory.create();
        ItemIndex index = EmbeddedItems.index(bundle, items, work.path().resolve("index"))) {
      return compare(bundle, examples, index);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new InvalidBundleException(String.valueOf(e.getMessage()), e);
    }
  }

  private static ItemContent content(ScoreExamples.Item item) {
    float[] embedding = new float[item.contentEmbedding().size()];
    for (int i = 0; i < embedding.length; i++) {
      embedding[i] = item.contentEmbedding().get(i);
    }
    return new ItemContent(
        item.itemId(),
        item.title(),
        item.categories(),
        item.attributes(),
        embedding.length == 0 ? null : embedding);
  }

  private static void requireSameFeatures(
      ModelBundle bundle, ScoreExamples examples, List<ItemContent> items) {
    ItemFeatureEncoder encoder =
        ItemFeatureEncoder.of(bundle.manifest().features(), bundle.trainedItemIds());
    long[] features = new long[encoder.spec().maxFeatures()];
    for (int i = 0; i < items.size(); i++) {
      encoder.features(items.get(i), features, 0);
      List<Long> here = Arrays.stream(features).takeWhile(feature -> feature != 0).boxed().toList();
      List<Long> there = examples.items().get(i).features();
      if (!here.equals(there)) {
        throw new InvalidBundleException(
            "item %s has features %s in the examples, and here %s"
                .formatted(items.get(i).itemId(), there, here));
      }
    }
  }

  private static ScoreComparison compare(
      ModelBundle bundle, ScoreExamples examples, ItemIndex index) {
    int compared = 0;
    float largest = 0;
    String where = "";
    MolQuery encoded = MolQuery.allocate(bundle.manifest().shape());
    Searcher searcher = index.searcher();
    try (QueryTower tower = bundle.openQueryTower()) {
      for (int i = 0; i < examples.queries().size(); i++) {
        ScoreExamples.Query query = examples.queries().get(i);
        tower.encode(history(bundle, index, query), query.requestTime(), encoded);
        Map<String, Float> scores = scores(searcher, encoded, index.size());
        for (Map.Entry<String, Float> example : query.scores().entrySet()) {
          float here = scores.getOrDefault(example.getKey(), Float.NaN);
          float difference = Math.abs(here - example.getValue());
          compared++;
          if (!(difference <= largest)) {
            largest = difference;
            where =
                "queries[%d]: item %s scores %s in the examples, and here %s"
                    .formatted(i, example.getKey(), example.getValue(), here);
          }
        }
      }
    }
    if (!(largest <= TOLERANCE)) {
      throw new InvalidBundleException(
          where
              + ", valid is within %s; no other of the %d scores differs more"
                  .formatted(TOLERANCE, compared));
    }
    return new ScoreComparison(examples.queries().size(), compared, largest);
  }

  private static QueryHistory history(
      ModelBundle bundle, ItemIndex index, ScoreExamples.Query query) {
    int events = query.history().size();
    if (events > bundle.manifest().maxHistory()) {
      throw new IllegalArgumentException(
          "a history of %d events, valid is 1 to %d"
              .formatted(events, bundle.manifest().maxHistory()));
    }
    QueryHistory history = new QueryHistory(events, bundle.manifest().shape().baseDimension());
    for (int i = 0; i < events; i++) {
      index.copyBase(query.history().get(i), history.vectors(), i * history.baseDimension());
      history.append(query.actions().get(i), query.times().get(i));
    }
    return history;
  }

  private static Map<String, Float> scores(Searcher searcher, MolQuery query, int items) {
    TopK all = searcher.search(query, items, SearchFilter.NONE, SearchAlgorithm.exact());
    Map<String, Float> scores = HashMap.newHashMap(items);
    for (int rank = 0; rank < all.size(); rank++) {
      scores.put(all.itemId(rank), all.score(rank));
    }
    return scores;
  }
}
