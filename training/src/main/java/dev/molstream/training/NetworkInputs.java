package dev.molstream.training;

import dev.molstream.model.FeatureSpec;
import dev.molstream.model.ItemContent;
import dev.molstream.model.ItemFeatureEncoder;
import dev.molstream.model.UserTable;
import dev.molstream.training.batch.StepItems;
import dev.molstream.training.network.ItemBatch;
import dev.molstream.training.network.Tensors;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** What the network reads of every item and user, made once. Immutable; any thread. */
final class NetworkInputs {
  private final long[] rows;
  private final long[] features;
  private final int[] offsets;
  private final int[] userRows;

  private NetworkInputs(long[] rows, long[] features, int[] offsets, int[] userRows) {
    this.rows = rows;
    this.features = features;
    this.offsets = offsets;
    this.userRows = userRows;
  }

  /**
   * Encodes every item and user.
   *
   * @param itemIds whose the rows of the id table are, after row 0
   */
  static NetworkInputs of(
      TrainingData data, FeatureSpec spec, UserTable userTable, List<String> itemIds) {
    List<ItemContent> items = data.items();
    ItemFeatureEncoder encoder = ItemFeatureEncoder.of(spec, itemIds);
    long[] rows = new long[items.size()];
    long[] features = new long[items.size() * spec.maxFeatures()];
    int[] offsets = new int[items.size() + 1];
    long[] own = new long[spec.maxFeatures()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = encoder.row(items.get(i).itemId());
      encoder.features(items.get(i), own, 0);
      int count = (int) Arrays.stream(own).filter(bucket -> bucket != 0).count();
      System.arraycopy(own, 0, features, offsets[i], count);
      offsets[i + 1] = offsets[i] + count;
    }
    int[] userRows =
        IntStream.range(0, data.userCount())
            .map(user -> userTable.row(data.userId(user)))
            .toArray();
    return new NetworkInputs(
        rows, Arrays.copyOf(features, offsets[rows.length]), offsets, userRows);
  }

  /** How many items there are. */
  int catalogue() {
    return rows.length;
  }

  /** The row of a user, by number, in the table of users. */
  int userRow(int user) {
    return userRows[user];
  }

  /** Rows of the table of users that someone has. */
  BitSet trainedUserRows() {
    return Arrays.stream(userRows).collect(BitSet::new, BitSet::set, BitSet::or);
  }

  /** The inputs of a step's items. */
  ItemBatch of(StepItems items) {
    return of(items.count(), items::number);
  }

  /** The inputs of the catalogue. */
  ItemBatch all() {
    return of(rows.length, item -> item);
  }

  private ItemBatch of(int count, IntUnaryOperator number) {
    long[] chosenRows = new long[count];
    long[] chosenOffsets = new long[count + 1];
    for (int i = 0; i < count; i++) {
      int item = number.applyAsInt(i);
      chosenRows[i] = rows[item];
      chosenOffsets[i + 1] = chosenOffsets[i] + offsets[item + 1] - offsets[item];
    }
    long[] chosenFeatures = new long[(int) chosenOffsets[count]];
    for (int i = 0; i < count; i++) {
      int item = number.applyAsInt(i);
      System.arraycopy(
          features,
          offsets[item],
          chosenFeatures,
          (int) chosenOffsets[i],
          offsets[item + 1] - offsets[item]);
    }
    return new ItemBatch(
        Tensors.of(chosenRows, count),
        Tensors.of(chosenFeatures, chosenFeatures.length),
        Tensors.of(chosenOffsets, count + 1));
  }
}
