package dev.molstream.training.evaluation;

import dev.molstream.model.ModelBundle;
import dev.molstream.training.TrainingData;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Items that a model was not trained on, by number. Immutable; any thread. */
public final class ColdItems {
  private final BitSet items = new BitSet();
  private final int[] numbers;

  private ColdItems(int... items) {
    Arrays.stream(items).forEach(this.items::set);
    numbers = this.items.stream().toArray();
  }

  /** No item. */
  public static ColdItems none() {
    return of();
  }

  static ColdItems of(int... items) {
    return new ColdItems(items);
  }

  /** The items of the data that the bundle does not know by id. */
  public static ColdItems unknownTo(ModelBundle bundle, TrainingData data) {
    Set<String> known = new HashSet<>(bundle.trainedItemIds());
    return of(
        IntStream.range(0, data.itemCount())
            .filter(item -> !known.contains(data.items().get(item).itemId()))
            .toArray());
  }

  /**
   * A random choice among the items with events, to train without them: {@link
   * TrainingData#without}.
   *
   * @param share of those items, between 0 and 1
   */
  public static ColdItems choose(TrainingData data, double share, long seed) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("share " + share + " is not between 0 and 1");
    }
    int[] rated =
        IntStream.range(0, data.userCount())
            .flatMap(user -> IntStream.range(0, data.length(user)).map(i -> data.item(user, i)))
            .distinct()
            .sorted()
            .toArray();
    SplittableRandom random = new SplittableRandom(seed);
    int count = (int) Math.round(share * rated.length);
    for (int i = 0; i < count; i++) { // of a shuffle only what is needed
      int j = i + random.nextInt(rated.length - i);
      int chosen = rated[j];
      rated[j] = rated[i];
      rated[i] = chosen;
    }
    return of(Arrays.copyOf(rated, count));
  }

  /** Whether the model does not know the item. */
  public boolean contains(int item) {
    return items.get(item);
  }

  /** How many there are. */
  public int count() {
    return numbers.length;
  }

  /** Their numbers, ascending; not to be written to. */
  int[] numbers() {
    return numbers;
  }
}
