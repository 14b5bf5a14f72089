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
import dev.molstream.retrieval.partition.QuerySample;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Ranks as served: through the ONNX towers, the item index and its search, in the whole catalogue.
 * The query tower is told the time of the event to be foretold, as it is told that of a request.
 *
 * <p>Holds an index in a folder of its own; one call at a time.
 */
public final class Evaluator implements AutoCloseable {
  private static final int ITEMS_PER_BATCH = 256;

  private final TrainingData data;
  private final Split split;
  private final ModelBundle bundle;
  private final ItemIndex index;
  private final int threads;

  private Evaluator(
      TrainingData data, Split split, ModelBundle bundle, ItemIndex index, int threads) {
    this.data = data;
    this.split = split;
    this.bundle = bundle;
    this.index = index;
    this.threads = threads;
  }

  /**
   * Embeds and indexes the catalogue. The index is fitted to queries of learnable histories, as one
   * in use is to those that it was asked.
   *
   * @param workDirectory for the index files; empty or not there yet
   * @param threads how many evaluate, each with a tower and a searcher of its own
   */
  public static Evaluator open(
      TrainingData data, Split split, ModelBundle bundle, Path workDirectory, int threads) {
    ItemIndex index =
        ItemIndex.open(
            new IndexSettings(
                workDirectory,
                bundle.manifest().modelId(),
                bundle.manifest().shape(),
                bundle.gating(),
                data.itemCount()));
    Evaluator evaluator = new Evaluator(data, split, bundle, index, threads);
    try {
      index.upsertAll(
          sink -> {
            evaluator.embedItems(sink);
            index.learnFrom(evaluator.learnableQueries());
          });
    } catch (RuntimeException e) {
      index.close();
      throw e;
    }
    return evaluator;
  }

  /**
   * Ranks every user's target in the whole catalogue.
   *
   * @param ranked is told how many have been ranked, by any thread
   */
  public RankingMetrics rank(
      Split.Targets targets, SearchAlgorithm algorithm, LongConsumer ranked) {
    return rank(targets, SearchFilter.NONE, algorithm, true, ranked);
  }

  /**
   * The same for users nobody knows, among the items that pass the filter: what a user's own vector
   * has learned may be later than the target.
   */
  RankingMetrics rankUnknownUsers(
      Split.Targets targets, SearchFilter filter, SearchAlgorithm algorithm) {
    return rank(targets, filter, algorithm, false, _ -> {});
  }

  private RankingMetrics rank(
      Split.Targets targets,
      SearchFilter filter,
      SearchAlgorithm algorithm,
      boolean knowsUsers,
      LongConsumer ranked) {
    int[] users = targets.users().toArray();
    int[] ranks = new int[users.length];
    AtomicLong done = new AtomicLong();
    Threads.run(
        threads,
        part -> {
          try (Seeker seeker = new Seeker(knowsUsers)) {
            for (int i = part; i < users.length; i += threads) {
              ranks[i] = seeker.rank(targets, users[i], filter, algorithm);
              ranked.accept(done.incrementAndGet());
            }
          }
        });
    return RankingMetrics.of(ranks);
  }

  /**
   * Which share of the first 10 and of the first 100 items of the exact search the algorithm finds
   * when it is asked for so many, on average over the targets' users.
   */
  Recall recallOfExact(Split.Targets targets, SearchAlgorithm algorithm) {
    int[] users = targets.users().toArray();
    double[] at10 = new double[users.length];
    double[] at100 = new double[users.length];
    Threads.run(
        threads,
        part -> {
          try (Seeker seeker = new Seeker(true)) {
            for (int i = part; i < users.length; i += threads) {
              Recall recall = seeker.recallOfExact(targets, users[i], algorithm);
              at10[i] = recall.at10();
              at100[i] = recall.at100();
            }
          }
        });
    return new Recall(
        Arrays.stream(at10).average().orElse(1), Arrays.stream(at100).average().orElse(1));
  }

  /** Shares from 0 to 1. */
  public record Recall(double at10, double at100) {
    /** That of an exact search. */
    static final Recall FULL = new Recall(1, 1);
  }

  TrainingData data() {
    return data;
  }

  Split split() {
    return split;
  }

  /** Items that the bundle was not trained on. */
  ColdItems coldItems() {
    return ColdItems.unknownTo(bundle, data);
  }

  int threads() {
    return threads;
  }

  @Override
  public void close() {
    index.close();
  }

  private void embedItems(Consumer<MolItem> sink) {
    List<ItemContent> items = data.items();
    try (ItemTower tower = bundle.openItemTower()) {
      for (int from = 0; from < items.size(); from += ITEMS_PER_BATCH) {
        List<ItemContent> batch =
            items.subList(from, Math.min(items.size(), from + ITEMS_PER_BATCH));
        List<ItemVectors> vectors = tower.embed(batch);
        for (int i = 0; i < batch.size(); i++) {
          sink.accept(vectors.get(i).of(batch.get(i)));
        }
      }
    }
  }

  /** What users spread over the data would have asked before their last learnable event. */
  private List<MolQuery> learnableQueries() {
    int[] users =
        IntStream.range(0, data.userCount()).filter(user -> split.learnable(user) > 1).toArray();
    int count = Math.min(QuerySample.CAPACITY, users.length);
    List<MolQuery> queries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      queries.add(MolQuery.allocate(bundle.manifest().shape()));
    }
    Threads.run(
        threads,
        part -> {
          try (Seeker seeker = new Seeker(true)) {
            for (int i = part; i < count; i += threads) {
              int user = users[(int) ((long) i * users.length / count)];
              seeker.encode(user, split.learnable(user) - 1, queries.get(i));
            }
          }
        });
    return queries;
  }

  private String itemId(int user, int position) {
    return data.items().get(data.item(user, position)).itemId();
  }

  /** One thread's tower, searcher and buffers. */
  private final class Seeker implements AutoCloseable {
    private final QueryTower tower = bundle.openQueryTower();
    private final Searcher searcher = index.searcher();
    private final QueryHistory history =
        new QueryHistory(bundle.manifest().maxHistory(), bundle.manifest().shape().baseDimension());
    private final MolQuery query = MolQuery.allocate(bundle.manifest().shape());
    private final boolean knowsUsers;

    private Seeker(boolean knowsUsers) {
      this.knowsUsers = knowsUsers;
    }

    /** From 1; 0 when the target is not within the deepest rank. */
    private int rank(
        Split.Targets targets, int user, SearchFilter filter, SearchAlgorithm algorithm) {
      int position = targets.position(user);
      encode(user, position, query);
      TopK found = searcher.search(query, Metric.DEEPEST, unseen(targets, user, filter), algorithm);
      String wanted = itemId(user, position);
      for (int rank = 0; rank < found.size(); rank++) {
        if (found.itemId(rank).equals(wanted)) {
          return rank + 1;
        }
      }
      return 0;
    }

    private Recall recallOfExact(Split.Targets targets, int user, SearchAlgorithm algorithm) {
      encode(user, targets.position(user), query);
      SearchFilter filter = unseen(targets, user, SearchFilter.NONE);
      List<String> exact = itemIds(searcher.search(query, 100, filter, SearchAlgorithm.exact()));
      return new Recall(
          recall(exact, 10, filter, algorithm), recall(exact, 100, filter, algorithm));
    }

    private double recall(
        List<String> exact, int k, SearchFilter filter, SearchAlgorithm algorithm) {
      Set<String> found = new HashSet<>(itemIds(searcher.search(query, k, filter, algorithm)));
      List<String> wanted = exact.subList(0, Math.min(k, exact.size()));
      return wanted.stream().mapToInt(item -> found.contains(item) ? 1 : 0).average().orElse(1);
    }

    /** What the user would ask just before the event at the position. */
    private void encode(int user, int position, MolQuery target) {
      history.clear();
      if (knowsUsers) {
        history.belongTo(data.userId(user));
      }
      for (int i = Math.max(0, position - history.capacity()); i < position; i++) {
        index.copyBase(
            itemId(user, i), history.vectors(), history.length() * history.baseDimension());
        history.append(data.action(user, i), data.timestampMillis(user, i));
      }
      tower.encode(history, data.timestampMillis(user, position), target);
    }

    private SearchFilter unseen(Split.Targets targets, int user, SearchFilter filter) {
      if (!targets.excludesSeen()) {
        return filter;
      }
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < targets.position(user); i++) {
        seen.add(itemId(user, i));
      }
      SearchFilter unseen = SearchFilter.excluding(seen);
      Set<String> allowed = filter.allowedItems();
      return allowed == null ? unseen : unseen.allowingOnly(allowed);
    }

    private static List<String> itemIds(TopK found) {
      return IntStream.range(0, found.size()).mapToObj(found::itemId).toList();
    }

    @Override
    public void close() {
      tower.close();
    }
  }
}
