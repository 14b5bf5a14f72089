package dev.molstream.dataset;

import dev.molstream.model.ItemContent;
import dev.molstream.schemas.Action;
import dev.molstream.training.TrainingData;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Items, and what users did with them. Items are held in memory; ratings are read as they are
 * visited.
 */
public interface Dataset {

  /**
   * The data set in a folder, in either GroupLens layout.
   *
   * @throws IllegalArgumentException when there is no folder, or it holds neither layout
   * @throws InvalidDatasetException when a line of the items is invalid
   */
  static Dataset of(Path folder) {
    return MovieLens.open(folder);
  }

  /** What to call it, such as "ml-1m". */
  String name();

  /** Every item, also those nobody rated, each id once. */
  List<ItemContent> items();

  /**
   * Visits every rating, in the order of the source, which need not be that of time.
   *
   * @throws InvalidDatasetException at the first line that cannot be read
   */
  void forEachRating(Consumer<Rating> visitor);

  /** All of it in memory, to learn from. Every rating counts as an event, whatever its stars. */
  default TrainingData toTrainingData() {
    TrainingData.Builder data = TrainingData.builder();
    items().forEach(data::item);
    forEachRating(
        rating ->
            data.event(
                rating.userId(), rating.itemId(), Action.RATE.ordinal(), rating.timestampMillis()));
    return data.build();
  }
}
