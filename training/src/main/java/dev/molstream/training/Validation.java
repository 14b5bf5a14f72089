package dev.molstream.training;

import dev.molstream.training.batch.LeaveOneOut;
import dev.molstream.training.network.Dropout;
import dev.molstream.training.network.RetrievalNetwork;
import dev.molstream.training.network.RetrievalNetwork.Items;
import dev.molstream.training.network.RetrievalNetwork.Queries;
import dev.molstream.training.network.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Ranks held-out items with the network as it is in LibTorch: full catalogue, items of the history
 * left out. For choosing an epoch; the evaluator measures what is served.
 */
final class Validation {
  private static final int USERS_PER_TASK = 16;
  private static final int CUTOFF = 10;

  private final TrainingData data;
  private final TrainingSettings settings;
  private final RetrievalNetwork network;
  private final ItemInputs inputs;
  private final GradientWorkers workers;
  private final int[] users;

  Validation(
      TrainingData data,
      TrainingSettings settings,
      RetrievalNetwork network,
      ItemInputs inputs,
      GradientWorkers workers) {
    this.data = data;
    this.settings = settings;
    this.network = network;
    this.inputs = inputs;
    this.workers = workers;
    this.users = chooseUsers(data, settings);
  }

  /** A fixed random choice, sorted by length so that histories of a task are about as long. */
  private static int[] chooseUsers(TrainingData data, TrainingSettings settings) {
    SplittableRandom random = new SplittableRandom(settings.seed());
    long[] keyed =
        IntStream.range(0, data.userCount())
            .filter(user -> LeaveOneOut.VALIDATION.target(data, user) > 0)
            .mapToLong(user -> ((long) random.nextInt() << 32) | user)
            .sorted()
            .limit(settings.validationUsers())
            .toArray();
    return Arrays.stream(keyed)
        .mapToInt(key -> (int) key)
        .boxed()
        .sorted((a, b) -> Integer.compare(data.length(b), data.length(a)))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** HR@10 of the chosen users; 0 when nobody can be validated. */
  double hitRate(LeaveOneOut split) {
    if (users.length == 0) {
      return 0;
    }
    try (var scope = new PointerScope();
        var noGradients = Tensors.withoutGradients()) {
      Items items = network.items(inputs.all(), Dropout.off());
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int from = 0; from < users.length; from += USERS_PER_TASK) {
        int first = from;
        int last = Math.min(users.length, from + USERS_PER_TASK);
        tasks.add(() -> hits(first, last, items, split));
      }
      int hits = workers.run(tasks).stream().mapToInt(Integer::intValue).sum();
      return (double) hits / users.length;
    }
  }

  private int hits(int first, int last, Items items, LeaveOneOut split) {
    try (var scope = new PointerScope();
        var noGradients = Tensors.withoutGradients()) {
      Queries queries = queries(first, last, items, split);
      Tensor scores =
          network
              .head()
              .scoreAll(
                  queries.components(),
                  queries.gates(),
                  items.components(),
                  items.gates(),
                  Dropout.off())
              .scores();
      float[] values = Tensors.floats(scores);
      int hits = 0;
      for (int row = 0; row < last - first; row++) {
        hits += hit(users[first + row], values, row * inputs.catalogue(), split) ? 1 : 0;
      }
      return hits;
    }
  }

  private Queries queries(int first, int last, Items items, LeaveOneOut split) {
    int rows = last - first;
    int length = 1;
    for (int i = first; i < last; i++) {
      length = Math.max(length, historyLength(users[i], split));
    }
    long[] histories = new long[rows * length];
    long[] ends = new long[rows];
    for (int row = 0; row < rows; row++) {
      int user = users[first + row];
      int own = historyLength(user, split);
      int start = split.target(data, user) - own;
      for (int i = 0; i < own; i++) {
        histories[row * length + i] = data.item(user, start + i);
      }
      ends[row] = (long) row * length + own - 1;
    }
    Tensor history =
        items
            .base()
            .index_select(0, Tensors.of(histories, histories.length))
            .view(rows, length, items.base().size(1));
    return network.queries(history, Tensors.of(ends, rows), Dropout.off());
  }

  private int historyLength(int user, LeaveOneOut split) {
    return Math.min(settings.layers().maxHistory(), split.target(data, user));
  }

  private boolean hit(int user, float[] scores, int row, LeaveOneOut split) {
    int position = split.target(data, user);
    int target = data.item(user, position);
    for (int i = 0; i < position; i++) {
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
