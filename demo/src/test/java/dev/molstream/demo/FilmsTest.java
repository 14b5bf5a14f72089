package dev.molstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.model.ItemContent;
import dev.molstream.training.TrainingData;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilmsTest {
  private final Films films =
      new Films(
          TrainingData.builder()
              .item(film("1", "Heat (1995)"))
              .item(film("2", "Ronin (1998)"))
              .event("anna", "2", 3, 1)
              .event("anna", "1", 3, 2)
              .event("ben", "2", 3, 3)
              .build());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Heat (1995)                                         | Heat: The Return (1996)
          Matrix, The (1999)                                  | Matrix: The Return (2000)
          The Quiet Bullet III (1989)                         | The Quiet Bullet: The Return (1990)
          Star Wars: Episode IV - A New Hope (1977)           | Star Wars: The Return (1978)
          City of Lost Children, The (Cité des enfants, La) (1995) | City of Lost Children: The Return (1996)
          Untitled                                            | Untitled: The Return (2001)
          """)
  void namesASequelAfterItsFilm(String title, String sequel) {
    ItemContent film = films.sequel(film("1", title), "new");

    assertThat(film.title()).isEqualTo(sequel);
    assertThat(film.itemId()).isEqualTo("new");
    assertThat(film.categories()).containsExactly("Action");
  }

  @Test
  void ordersFilmsByTheirViewersAndTitlesByTime() {
    assertThat(films.byPopularity()).extracting(ItemContent::itemId).containsExactly("2", "1");
    assertThat(films.lastTitles(0, 5)).containsExactly("Ronin (1998)", "Heat (1995)");
    assertThat(films.lastTitles(0, 1)).containsExactly("Heat (1995)");
    assertThat(films.seen(0)).containsExactlyInAnyOrder("1", "2");
    assertThat(films.has("3")).isFalse();
  }

  private static ItemContent film(String id, String title) {
    return new ItemContent(id, title, List.of("Action"), Map.of(), null);
  }
}
