package dev.molstream.benchmark.catalogue;

import dev.molstream.model.ModelBundle;
import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.training.TrainingData;
import dev.molstream.training.batch.LeaveOneOut;
import java.util.ArrayList;
import java.util.List;

/** Queries as a live system would ask: users' histories up to the event held out for testing. */
public final class Queries {
  private Queries() {}

  /**
   * Encodes histories of users spread over the whole data set.
   *
   * @param most how many, fewer when there are fewer users with a held-out event
   * @throws IllegalArgumentException when there is no such user
   */
  public static List<MolQuery> of(
      ModelBundle bundle, TrainingData data, Catalogue catalogue, int most) {
    int[] users = LeaveOneOut.TEST.users(data).toArray();
    if (users.length == 0) {
      throw new IllegalArgumentException("no user of the data set has three events or more");
    }
    int count = Math.min(most, users.length);
    int dimension = bundle.manifest().shape().baseDimension();
    QueryHistory history = new QueryHistory(bundle.manifest().maxHistory(), dimension);
    List<MolQuery> queries = new ArrayList<>(count);
    try (QueryTower tower = bundle.openQueryTower()) {
      for (int i = 0; i < count; i++) {
        int user = users[(int) ((long) i * users.length / count)];
        int target = LeaveOneOut.TEST.target(data, user);
        history.clear();
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
