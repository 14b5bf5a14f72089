package dev.molstream.training.evaluation;

import dev.molstream.model.ItemContent;
import dev.molstream.model.ItemTower;
import dev.molstream.model.ItemVectors;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.IndexSettings;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.retrieval.SearchFilter;
import dev.molstream.retrieval.Searcher;
import dev.molstream.retrieval.TopK;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Leave-one-out evaluation as served (mol.md section 5): every user, the whole catalogue, items of
 * the history left out, through ONNX towers, item index and search.
 *
 * <p>Holds an index in a folder of its own; one call at a time.
 */
public final class Evaluator implements AutoCloseable {
  private static final int ITEMS_PER_BATCH = 256;

  private final TrainingData data;
  private final ModelBundle bundle;
  private final ItemIndex index;

  private Evaluator(TrainingData data, ModelBundle bundle, ItemIndex index) {
    this.data = data;
    this.bundle = bundle;
    this.index = index;
  }

  /**
   * Embeds and indexes the catalogue.
   *
   * @param workDirectory for the index files; empty or not there yet
   */
  public static Evaluator open(TrainingData data, ModelBundle bundle, Path workDirectory) {
    ItemIndex index =
        ItemIndex.open(
            new IndexSettings(
                workDirectory,
                bundle.manifest().modelId(),
                bundle.manifest().shape(),
                bundle.gating(),
                data.itemCount()));
    Evaluator evaluator = new Evaluator(data, bundle, index);
    try {
      evaluator.indexItems();
    } catch (RuntimeException e) {
      index.close();
      throw e;
    }
    return evaluator;
  }

  /**
   * Ranks every user's target.
   *
   * @param threads how many to use, each with a tower and a searcher of its own
   */
  public RankingMetrics evaluate(Split.Targets targets, SearchAlgorithm algorithm, int threads) {
    int[] users = targets.users().toArray();
    int[] ranks = new int[users.length];
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> parts =
          IntStream.range(0, threads)
              .<Future<?>>mapToObj(
                  part ->
                      executor.submit(
                          () -> {
                            try (Ranker ranker = new Ranker(targets, algorithm)) {
                              for (int i = part; i < users.length; i += threads) {
                                ranks[i] = ranker.rank(users[i]);
                              }
                            }
                          }))
              .toList();
      for (Future<?> part : parts) {
        await(part);
      }
    }
    return RankingMetrics.of(ranks);
  }

  @Override
  public void close() {
    index.close();
  }

  private void indexItems() {
    List<ItemContent> items = data.items();
    try (ItemTower tower = bundle.openItemTower()) {
      for (int from = 0; from < items.size(); from += ITEMS_PER_BATCH) {
        List<ItemContent> batch =
            items.subList(from, Math.min(items.size(), from + ITEMS_PER_BATCH));
        List<ItemVectors> vectors = tower.embed(batch);
        for (int i = 0; i < batch.size(); i++) {
          ItemContent item = batch.get(i);
          ItemVectors embedded = vectors.get(i);
          index.upsert(
              new MolItem(
                  item.itemId(),
                  item.title(),
                  item.categories(),
                  true,
                  embedded.base(),
                  embedded.components(),
                  embedded.gate()));
        }
      }
    }
  }

  private static void await(Future<?> part) {
    try {
      part.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("evaluation was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("evaluation failed: " + e.getCause(), e.getCause());
    }
  }

  /** One thread's tower, searcher and buffers. */
  private final class Ranker implements AutoCloseable {
    private final Split.Targets targets;
    private final SearchAlgorithm algorithm;
    private final QueryTower tower = bundle.openQueryTower();
    private final Searcher searcher = index.searcher();
    private final QueryHistory history =
        new QueryHistory(bundle.manifest().maxHistory(), bundle.manifest().shape().baseDimension());
    private final MolQuery query = MolQuery.allocate(bundle.manifest().shape());

    private Ranker(Split.Targets targets, SearchAlgorithm algorithm) {
      this.targets = targets;
      this.algorithm = algorithm;
    }

    /** From 1; 0 when the target is not within the deepest rank. */
    private int rank(int user) {
      int target = targets.position(user);
      Set<String> seen = new HashSet<>();
      for (int i = 0; targets.excludesSeen() && i < target; i++) {
        seen.add(itemId(user, i));
      }
      history.clear();
      history.belongTo(data.userId(user));
      for (int i = Math.max(0, target - history.capacity()); i < target; i++) {
        index.copyBase(
            itemId(user, i), history.vectors(), history.length() * history.baseDimension());
        history.append(data.action(user, i), data.timestampMillis(user, i));
      }
      tower.encode(history, data.timestampMillis(user, target - 1), query);
      TopK found =
          searcher.search(query, RankingMetrics.DEEPEST, SearchFilter.excluding(seen), algorithm);
      String wanted = itemId(user, target);
      for (int rank = 0; rank < found.size(); rank++) {
        if (found.itemId(rank).equals(wanted)) {
          return rank + 1;
        }
      }
      return 0;
    }

    private String itemId(int user, int position) {
      return data.items().get(data.item(user, position)).itemId();
    }

    @Override
    public void close() {
      tower.close();
    }
  }
}
