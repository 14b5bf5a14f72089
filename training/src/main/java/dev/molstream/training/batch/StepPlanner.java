package dev.molstream.training.batch;

import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Cuts an epoch into steps: users in random order, the users of a step sorted by length so that
 * micro-batches hold little padding. The same seed makes the same epoch.
 */
public final class StepPlanner {
  /** Catalogues up to this size run through the item network whole. */
  private static final int WHOLE_CATALOGUE = 8192;

  private final TrainingData data;
  private final Split split;
  private final BatchSettings settings;
  private final NegativeSampler sampler;

  /** Plans over the learnable events of the data. */
  public StepPlanner(TrainingData data, Split split, BatchSettings settings) {
    this.data = data;
    this.split = split;
    this.settings = settings;
    this.sampler = NegativeSampler.of(data, split, settings.popularNegatives());
  }

  /** How many steps an epoch has. */
  public int steps() {
    return Math.ceilDiv(learners().length, settings.usersPerStep());
  }

  /**
   * The steps of an epoch, each planned when it is asked for.
   *
   * @param negatives shared negatives per step; the catalogue's size or more means all items
   * @param mixedPerUser how many positions of a user the mixture is learned at, drawn at random; 0
   *     means all
   */
  public Iterable<TrainingStep> epoch(RandomGenerator random, int negatives, int mixedPerUser) {
    int[] users = learners();
    shuffle(users, random);
    int size = settings.usersPerStep();
    return () ->
        IntStream.range(0, Math.ceilDiv(users.length, size))
            .mapToObj(
                number ->
                    step(
                        Arrays.copyOfRange(
                            users, number * size, Math.min(users.length, (number + 1) * size)),
                        new SplittableRandom(random.nextLong()),
                        negatives,
                        mixedPerUser))
            .iterator();
  }

  private TrainingStep step(int[] users, RandomGenerator random, int negatives, int mixedPerUser) {
    int catalogue = data.itemCount();
    boolean whole = catalogue <= WHOLE_CATALOGUE || negatives >= catalogue;
    StepItems items = whole ? StepItems.whole(catalogue) : StepItems.empty(catalogue);
    List<SequenceBatch> batches = new ArrayList<>();
    int[] sorted =
        Arrays.stream(users)
            .boxed()
            .sorted((a, b) -> Integer.compare(inputLength(b), inputLength(a)))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int from = 0; from < sorted.length; ) {
      int length = inputLength(sorted[from]);
      int to = Math.min(sorted.length, from + Math.max(1, settings.tokensPerBatch() / length));
      batches.add(batch(Arrays.copyOfRange(sorted, from, to), length, items, random, mixedPerUser));
      from = to;
    }
    return new TrainingStep(items, batches, negatives(items, negatives, random), random.nextLong());
  }

  private SequenceBatch batch(
      int[] users, int length, StepItems items, RandomGenerator random, int mixedPerUser) {
    long[] inputs = new long[users.length * length];
    long[] times = new long[inputs.length];
    long[] nextTimes = new long[inputs.length];
    long[] positions = new long[inputs.length];
    long[] labels = new long[inputs.length];
    int[] mixed = new int[inputs.length];
    int count = 0;
    int chosen = 0;
    for (int row = 0; row < users.length; row++) {
      int user = users[row];
      int own = inputLength(user);
      int start = start(user, own, random);
      int wanted = mixedPerUser == 0 ? own : Math.min(own, mixedPerUser);
      for (int i = 0; i < own; i++) {
        int cell = row * length + i;
        inputs[cell] = items.place(data.item(user, start + i));
        times[cell] = data.timestampMillis(user, start + i);
        nextTimes[cell] = data.timestampMillis(user, start + i + 1);
        if (random.nextInt(own - i) < wanted) { // selection sampling: each subset equally likely
          wanted--;
          mixed[chosen++] = count;
        }
        positions[count] = cell;
        labels[count++] = items.place(data.item(user, start + i + 1));
      }
    }
    return new SequenceBatch(
        users,
        length,
        inputs,
        times,
        nextTimes,
        Arrays.copyOf(positions, count),
        Arrays.copyOf(labels, count),
        Arrays.copyOf(mixed, chosen));
  }

  /** Where the window starts: the newest one, or now and then an earlier one of a long history. */
  private int start(int user, int own, RandomGenerator random) {
    int latest = split.learnable(user) - 1 - own;
    return latest > 0 && random.nextDouble() < settings.earlierWindows()
        ? random.nextInt(latest + 1)
        : latest;
  }

  private Negatives negatives(StepItems items, int wanted, RandomGenerator random) {
    int catalogue = items.catalogue();
    long[] places = new long[Math.min(wanted, catalogue)];
    float[] logShares = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      if (wanted >= catalogue) {
        places[i] = i;
      } else {
        int item = sampler.draw(random);
        places[i] = items.place(item);
        logShares[i] = (float) -Math.log(wanted * sampler.probability(item));
      }
    }
    return new Negatives(places, logShares);
  }

  /** Users with at least one item to foretell. */
  private int[] learners() {
    int[] users = new int[data.userCount()];
    int count = 0;
    for (int user = 0; user < users.length; user++) {
      if (split.learnable(user) > 1) {
        users[count++] = user;
      }
    }
    return Arrays.copyOf(users, count);
  }

  private int inputLength(int user) {
    return Math.min(settings.maxHistory(), split.learnable(user) - 1);
  }

  private static void shuffle(int[] values, RandomGenerator random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }
}
