package dev.molstream.training;

import dev.molstream.model.FeatureSpec;
import dev.molstream.model.ItemContent;
import dev.molstream.model.UserTable;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.batch.BatchSettings;
import dev.molstream.training.network.EncoderKind;
import dev.molstream.training.network.EncoderShape;
import dev.molstream.training.network.GatedUnit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A world that is easy to learn: users mostly stay within one of five genres and step to the next
 * film of it.
 */
final class ToyData {
  static final int GENRES = 5;
  static final int FILMS_PER_GENRE = 12;
  static final int FILMS = GENRES * FILMS_PER_GENRE;

  private ToyData() {}

  static TrainingData create(int users) {
    SplittableRandom random = new SplittableRandom(7);
    TrainingData.Builder builder = TrainingData.builder();
    for (int film = 0; film < FILMS; film++) {
      builder.item(film(film));
    }
    for (int user = 0; user < users; user++) {
      int genre = user % GENRES;
      int place = random.nextInt(FILMS_PER_GENRE);
      int events = 3 + random.nextInt(FILMS_PER_GENRE - 3);
      for (int i = 0; i < events; i++) {
        int film = genre * FILMS_PER_GENRE + (place + i) % FILMS_PER_GENRE;
        builder.event("u" + user, "f" + film, 3, 1_000L * i);
      }
    }
    return builder.build();
  }

  static ItemContent film(int film) {
    return new ItemContent(
        "f" + film,
        "Part " + film % FILMS_PER_GENRE + " (19" + (50 + film % 40) + ")",
        List.of("Genre" + film / FILMS_PER_GENRE),
        Map.of(),
        null);
  }

  /** A recipe small enough for tests. */
  static TrainingSettings settings(EncoderKind encoder, int warmUpEpochs, int mixtureEpochs) {
    return new TrainingSettings(
        encoder,
        SimilarityKind.MOL,
        new MolShape(16, 3, 2, 8, 8, 0.05f),
        false,
        new EncoderShape(16, 2, 2, 10, 0.1, 0),
        24,
        GatedUnit.SWIGLU,
        new FeatureSpec(512, 8, 0),
        UserTable.NONE,
        0.1,
        new BatchSettings(10, 8, 32, 0.5, 0.1),
        new Schedule(warmUpEpochs, mixtureEpochs, 0, 1000, 20, 4, true, 5e-3, 0, 1e-3, 1e-3, 0, 0),
        50,
        3,
        2,
        Duration.ofMinutes(5));
  }
}
