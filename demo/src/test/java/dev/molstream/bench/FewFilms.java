package dev.molstream.bench;

import dev.molstream.dataset.Dataset;
import dev.molstream.dataset.Interaction;
import dev.molstream.model.ItemContent;
import dev.molstream.schemas.Action;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Sixty films and twelve viewers who have seen five each. */
final class FewFilms implements Dataset {
  static final int FILMS = 60;
  static final int VIEWERS = 12;
  private static final int SEEN = 5;

  @Override
  public String name() {
    return "few-films";
  }

  @Override
  public List<ItemContent> items() {
    return IntStream.rangeClosed(1, FILMS)
        .mapToObj(
            i ->
                new ItemContent(
                    "f" + i,
                    "Film %d (%d)".formatted(i, 1950 + i),
                    List.of(i % 2 == 0 ? "Drama" : "Comedy"),
                    Map.of(),
                    null))
        .toList();
  }

  @Override
  public void forEachInteraction(Consumer<Interaction> visitor) {
    for (int viewer = 1; viewer <= VIEWERS; viewer++) {
      for (int i = 0; i < SEEN; i++) {
        String film = "f" + (viewer + 3 * i);
        visitor.accept(new Interaction("u" + viewer, film, Action.RATE, 4, 1_700_000_000_000L + i));
      }
    }
  }
}
