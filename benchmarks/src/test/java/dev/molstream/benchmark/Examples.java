package dev.molstream.benchmark;

import dev.molstream.model.ItemContent;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.TrainingData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A small data set and a model for it. */
public final class Examples {
  public static final int ITEMS = 60;
  private static final int USERS = 12;
  private static final int EVENTS = 8;
  private static final List<String> GENRES = List.of("Drama", "Comedy", "Crime", "War");

  private Examples() {}

  /** Films that users saw, all at the same times. */
  public static TrainingData data() {
    return data(0);
  }

  /** Films that users saw, each so many milliseconds after the one before. */
  public static TrainingData data(long offsetMillis) {
    SplittableRandom random = new SplittableRandom(7);
    TrainingData.Builder data = TrainingData.builder();
    for (int i = 0; i < ITEMS; i++) {
      data.item(
          new ItemContent(
              "film-" + i,
              "Film %d (%d)".formatted(i, 1990 + i % 30),
              List.of(GENRES.get(i % GENRES.size())),
              Map.of(),
              null));
    }
    for (int user = 0; user < USERS; user++) {
      for (int event = 0; event < EVENTS; event++) {
        data.event(
            "user-" + user,
            "film-" + random.nextInt(ITEMS),
            0,
            1000L * event + offsetMillis * user);
      }
    }
    return data.build();
  }

  /** A random model of shape 2×3×4 for the films, in a new folder. */
  public static ModelBundle bundle(Path folder) {
    RandomBundle.write(
        folder,
        "random",
        new MolShape(16, 2, 3, 4, 8, 0.1f),
        data().items().stream().map(ItemContent::itemId).toList(),
        1);
    return ModelBundle.read(folder);
  }
}
