package dev.molstream.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.model.ItemContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GeneratedFilmsTest {
  private final Dataset films = GeneratedFilms.of(7);

  @Test
  void isTheSameForTheSameSeedAndAnotherForAnother() {
    assertThat(ratings(GeneratedFilms.of(7))).isEqualTo(ratings(films));
    assertThat(GeneratedFilms.of(7).items()).isEqualTo(films.items());
    assertThat(ratings(films)).as("visited twice").isEqualTo(ratings(films));
    assertThat(ratings(GeneratedFilms.of(8))).isNotEqualTo(ratings(films));
  }

  @Test
  void hasTheSizeOfASmallCatalogueAndEnoughToLearnFrom() {
    List<Interaction> ratings = ratings(films);

    assertThat(films.items()).hasSize(800);
    assertThat(ratings).hasSizeBetween(80_000, 100_000);
    assertThat(ratings).extracting(Interaction::userId).contains("1", "1800");
    assertThat(ratings.stream().map(Interaction::userId).distinct()).hasSize(1800);
  }

  @Test
  void givesEveryFilmItsOwnTitleWithAYearAndGenres() {
    assertThat(films.items()).extracting(ItemContent::title).doesNotHaveDuplicates();
    assertThat(films.items())
        .allSatisfy(
            film -> {
              assertThat(film.title()).matches(".+ \\((19|20)\\d\\d\\)");
              assertThat(film.categories()).isNotEmpty();
            });
  }

  @Test
  void neverShowsAViewerAFilmTwiceAndOftenTheNextPartOfASeries() {
    Map<String, Integer> last = new HashMap<>();
    Set<String> watched = new HashSet<>();
    int[] nextParts = new int[1];
    List<ItemContent> items = films.items();
    films.forEachInteraction(
        rating -> {
          assertThat(watched.add(rating.userId() + "/" + rating.itemId())).isTrue();
          int index = Integer.parseInt(rating.itemId()) - 1;
          Integer before = last.put(rating.userId(), index);
          if (before != null && before + 1 == index && sameSeries(items, before, index)) {
            nextParts[0]++;
          }
        });

    assertThat(nextParts[0])
        .as("next parts among %d ratings", watched.size())
        .isGreaterThan(watched.size() / 5);
  }

  private static boolean sameSeries(List<ItemContent> items, int first, int second) {
    return base(items.get(first)).equals(base(items.get(second)));
  }

  private static String base(ItemContent film) {
    return film.title().replaceFirst("( [IV]+)? \\(\\d+\\)$", "");
  }

  private static List<Interaction> ratings(Dataset films) {
    List<Interaction> ratings = new ArrayList<>();
    films.forEachInteraction(ratings::add);
    return ratings;
  }
}
