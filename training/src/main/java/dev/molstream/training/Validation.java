package dev.molstream.training;

import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.Histories;
import dev.molstream.training.network.MolHead;
import dev.molstream.training.network.RetrievalNetwork;
import dev.molstream.training.network.RetrievalNetwork.Items;
import dev.molstream.training.network.RetrievalNetwork.Queries;
import dev.molstream.training.network.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Ranks held-out items with the network as it is in LibTorch: full catalogue, items of the history
 * left out. For choosing an epoch; the evaluator measures what is served.
 */
final class Validation {
  /** Users are scored so many at a time that the pairs of a task stay about this number. */
  private static final int PAIRS_PER_TASK = 65_536;

  private static final int CUTOFF = 10;

  private final TrainingData data;
  private final Split.Targets targets;
  private final TrainingSettings settings;
  private final RetrievalNetwork network;
  private final NetworkInputs inputs;
  private final GradientWorkers workers;
  private final int[] users;

  Validation(
      TrainingData data,
      Split split,
      TrainingSettings settings,
      RetrievalNetwork network,
      NetworkInputs inputs,
      GradientWorkers workers) {
    this.data = data;
    this.settings = settings;
    this.network = network;
    this.inputs = inputs;
    this.workers = workers;
    this.targets = split.validation().limit(settings.validationUsers());
    // The longest first, so that histories of a task are about as long.
    this.users =
        targets
            .users()
            .boxed()
            .sorted((a, b) -> Integer.compare(data.length(b), data.length(a)))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /**
   * HR@10 of the chosen users; 0 when nobody can be validated.
   *
   * @param withGates whether the mixture scores, or the mean of the logits
   */
  double hitRate(boolean withGates) {
    if (users.length == 0) {
      return 0;
    }
    try (var scope = new PointerScope();
        var noGradients = Tensors.withoutGradients()) {
      Items items = network.items(inputs.all(), Dropout.off());
      List<Callable<Integer>> tasks = new ArrayList<>();
      int usersPerTask = Math.clamp(PAIRS_PER_TASK / inputs.catalogue(), 1, 16);
      for (int from = 0; from < users.length; from += usersPerTask) {
        int first = from;
        int last = Math.min(users.length, from + usersPerTask);
        tasks.add(() -> hits(first, last, items, withGates));
      }
      int hits = workers.run(tasks).stream().mapToInt(Integer::intValue).sum();
      return (double) hits / users.length;
    }
  }

  private int hits(int first, int last, Items items, boolean withGates) {
    try (var scope = new PointerScope();
        var noGradients = Tensors.withoutGradients()) {
      Queries queries = queries(first, last, items);
      MolHead head = network.head();
      Tensor scores =
          withGates
              ? head.scoreAll(
                      queries.components(),
                      queries.gates(),
                      items.components(),
                      items.gates(),
                      Dropout.off())
                  .scores()
              : head.scoreAveraged(queries.components(), items.components());
      float[] values = Tensors.floats(scores);
      int hits = 0;
      for (int row = 0; row < last - first; row++) {
        hits += hit(users[first + row], values, row * inputs.catalogue()) ? 1 : 0;
      }
      return hits;
    }
  }

  private Queries queries(int first, int last, Items items) {
    int rows = last - first;
    int length = 1;
    for (int i = first; i < last; i++) {
      length = Math.max(length, historyLength(users[i]));
    }
    long[] histories = new long[rows * length];
    long[] times = new long[histories.length];
    long[] nextTimes = new long[histories.length];
    long[] userRows = new long[rows];
    long[] ends = new long[rows];
    for (int row = 0; row < rows; row++) {
      int user = users[first + row];
      int own = historyLength(user);
      int start = targets.position(user) - own;
      for (int i = 0; i < own; i++) {
        histories[row * length + i] = data.item(user, start + i);
        times[row * length + i] = data.timestampMillis(user, start + i);
        nextTimes[row * length + i] = data.timestampMillis(user, start + i + 1);
      }
      userRows[row] = inputs.userRow(user);
      ends[row] = (long) row * length + own - 1;
    }
    Tensor history =
        items
            .base()
            .index_select(0, Tensors.of(histories, histories.length))
            .view(rows, length, items.base().size(1));
    return network.queries(new Histories(history, times, nextTimes, userRows), ends, Dropout.off());
  }

  private int historyLength(int user) {
    return Math.min(settings.layers().maxHistory(), targets.position(user));
  }

  private boolean hit(int user, float[] scores, int row) {
    int position = targets.position(user);
    int target = data.item(user, position);
    for (int i = 0; targets.excludesSeen() && i < position; i++) {
      scores[row + data.item(user, i)] = Float.NEGATIVE_INFINITY;
    }
    int better = 0;
    for (int item = 0; item < inputs.catalogue(); item++) {
      if (scores[row + item] > scores[row + target]) {
        better++;
      }
    }
    return better < CUTOFF && scores[row + target] > Float.NEGATIVE_INFINITY;
  }
}
