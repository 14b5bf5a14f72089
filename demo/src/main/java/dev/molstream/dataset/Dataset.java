package dev.molstream.dataset;

import dev.molstream.model.ItemContent;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Items, and what users did with them. Items are held in memory; interactions are read as they are
 * visited.
 */
public interface Dataset {

  /**
   * The data set in a folder: MovieLens in either GroupLens layout, or sessions.
   *
   * @throws IllegalArgumentException when there is no folder, or it holds no known layout
   * @throws InvalidDatasetException when a line of the items is invalid
   */
  static Dataset of(Path folder) {
    if (MovieLens.isIn(folder)) {
      return MovieLens.open(folder);
    }
    if (Sessions.isIn(folder)) {
      return Sessions.open(folder);
    }
    throw new IllegalArgumentException(
        "%s %s: valid is a MovieLens folder, %s, or a folder of sessions, %s"
            .formatted(
                Files.isDirectory(folder) ? "no data set in" : "no folder",
                folder,
                MovieLens.FILES,
                Sessions.FILES));
  }

  /** What to call it, such as "ml-1m". */
  String name();

  /** Every item, also those nobody touched, each id once. */
  List<ItemContent> items();

  /**
   * Visits every interaction, in the order of the source, which need not be that of time.
   *
   * @throws InvalidDatasetException at the first line that cannot be read
   */
  void forEachInteraction(Consumer<Interaction> visitor);

  /** All of it in memory, to learn from. Every rating counts as an event, whatever its stars. */
  default TrainingData toTrainingData() {
    TrainingData.Builder data = TrainingData.builder();
    items().forEach(data::item);
    forEachInteraction(
        event ->
            data.event(
                event.userId(), event.itemId(), event.action().ordinal(), event.timestampMillis()));
    return data.build();
  }

  /** Which of its events are learned from and which are held out, as is usual for it. */
  default Split split(TrainingData data) {
    return Split.leaveOneOut(data);
  }
}
