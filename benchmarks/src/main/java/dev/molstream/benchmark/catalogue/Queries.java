package dev.molstream.benchmark.catalogue;

import dev.molstream.model.ModelBundle;
import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.partition.QuerySample;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Queries as a live system would ask: users' histories up to the event held out for testing.
 *
 * @param measured what searches are measured with
 * @param targets the id of the item that each of them led to, which was held out
 * @param before other users' queries, which the index has seen before; as many as it remembers
 */
public record Queries(List<MolQuery> measured, List<String> targets, List<MolQuery> before) {
  public Queries {
    measured = List.copyOf(measured);
    targets = List.copyOf(targets);
    before = List.copyOf(before);
  }

  /**
   * Encodes histories of users spread over the whole data set, up to each one's last event.
   *
   * @param most how many to measure with, fewer when there are fewer users with a held-out event
   * @throws IllegalArgumentException when there is no such user
   */
  public static Queries of(ModelBundle bundle, TrainingData data, Catalogue catalogue, int most) {
    return of(bundle, data, Split.leaveOneOut(data).test(), catalogue, most);
  }

  /** The same, up to each one's target. */
  public static Queries of(
      ModelBundle bundle, TrainingData data, Split.Targets targets, Catalogue catalogue, int most) {
    int[] users = targets.users().toArray();
    if (users.length == 0) {
      throw new IllegalArgumentException("no user of the data set has three events or more");
    }
    int[] measured = spread(users, Math.min(most, users.length));
    Set<Integer> taken = Arrays.stream(measured).boxed().collect(Collectors.toSet());
    int[] others = Arrays.stream(users).filter(user -> !taken.contains(user)).toArray();
    int[] before = spread(others, Math.min(QuerySample.CAPACITY, others.length));
    return new Queries(
        encode(bundle, data, catalogue, targets, measured),
        Arrays.stream(measured)
            .mapToObj(user -> data.items().get(data.item(user, targets.position(user))).itemId())
            .toList(),
        encode(bundle, data, catalogue, targets, before));
  }

  private static int[] spread(int[] users, int count) {
    int[] some = new int[count];
    for (int i = 0; i < count; i++) {
      some[i] = users[(int) ((long) i * users.length / count)];
    }
    return some;
  }

  private static List<MolQuery> encode(
      ModelBundle bundle,
      TrainingData data,
      Catalogue catalogue,
      Split.Targets targets,
      int[] users) {
    int dimension = bundle.manifest().shape().baseDimension();
    QueryHistory history = new QueryHistory(bundle.manifest().maxHistory(), dimension);
    List<MolQuery> queries = new ArrayList<>(users.length);
    try (QueryTower tower = bundle.openQueryTower()) {
      for (int user : users) {
        int target = targets.position(user);
        history.clear();
        history.belongTo(data.userId(user));
        for (int event = Math.max(0, target - history.capacity()); event < target; event++) {
          float[] base = catalogue.realBase(data.item(user, event));
          System.arraycopy(base, 0, history.vectors(), history.length() * dimension, dimension);
          history.append(data.action(user, event), data.timestampMillis(user, event));
        }
        MolQuery query = MolQuery.allocate(bundle.manifest().shape());
        tower.encode(history, data.timestampMillis(user, target - 1), query);
        queries.add(query);
      }
    }
    return queries;
  }
}
