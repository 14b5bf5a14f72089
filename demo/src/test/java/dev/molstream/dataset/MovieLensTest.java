package dev.molstream.dataset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.molstream.model.ItemContent;
import dev.molstream.schemas.Action;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MovieLensTest {
  @TempDir Path folder;

  @Test
  void readsTheColonLayout() throws IOException {
    write(
        "movies.dat",
        ISO_8859_1,
        "1::Toy Story (1995)::Animation|Children's|Comedy\n"
            + "73::Misérables, Les (1995)::Drama|Musical\n");
    write("ratings.dat", ISO_8859_1, "1::73::5::978300760\n2::1::3::978298413\n");

    Dataset films = Dataset.of(folder);

    assertThat(films.name()).isEqualTo(folder.getFileName().toString());
    assertThat(films.items())
        .extracting(ItemContent::itemId, ItemContent::title, ItemContent::categories)
        .containsExactly(
            tuple("1", "Toy Story (1995)", List.of("Animation", "Children's", "Comedy")),
            tuple("73", "Misérables, Les (1995)", List.of("Drama", "Musical")));
    assertThat(ratings(films))
        .containsExactly(
            new Interaction("1", "73", Action.RATE, 5f, 978300760_000L),
            new Interaction("2", "1", Action.RATE, 3f, 978298413_000L));
  }

  @Test
  void readsTheCsvLayoutWithQuotesAndCommas() throws IOException {
    write(
        "movies.csv",
        UTF_8,
        """
        movieId,title,genres
        11,"American President, The (1995)",Comedy|Drama|Romance
        7,"\""Great"" Performances, étude",(no genres listed)
        """);
    write("ratings.csv", UTF_8, "userId,movieId,rating,timestamp\r\n1,11,4.5,964982703\r\n");

    Dataset films = Dataset.of(folder);

    assertThat(films.items())
        .extracting(ItemContent::itemId, ItemContent::title, ItemContent::categories)
        .containsExactly(
            tuple("11", "American President, The (1995)", List.of("Comedy", "Drama", "Romance")),
            tuple("7", "\"Great\" Performances, étude", List.of()));
    assertThat(ratings(films))
        .containsExactly(new Interaction("1", "11", Action.RATE, 4.5f, 964982703_000L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1::1::6::978300760         | ratings.dat:2: rating "6", valid is a number from 0.5 to 5
          1::1::good::978300760      | ratings.dat:2: rating "good", valid is a number from 0.5 to 5
          1::1::NaN::978300760       | ratings.dat:2: rating "NaN", valid is a number from 0.5 to 5
          1::1::5::yesterday         | ratings.dat:2: timestamp "yesterday", valid is seconds since 1970
          1::1::5::-1                | ratings.dat:2: timestamp "-1", valid is seconds since 1970
          1::99::5::978300760        | ratings.dat:2: movieId "99", valid is a movieId of movies.dat
          ::1::5::978300760          | ratings.dat:2: userId "", valid is 1 to 256 characters
          1::1::5                    | ratings.dat:2: 3 fields, valid are 4: userId, movieId, rating, timestamp
          """)
  void namesFileLineAndWhatIsValid(String line, String message) throws IOException {
    write("movies.dat", ISO_8859_1, "1::Toy Story (1995)::Animation\n");
    write("ratings.dat", ISO_8859_1, "1::1::5::978300760\n" + line + "\n");

    Dataset films = Dataset.of(folder);

    assertThatThrownBy(() -> ratings(films))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(message);
  }

  @Test
  void refusesAMovieListedTwiceAndAnOpenQuote() throws IOException {
    write("ratings.csv", UTF_8, "userId,movieId,rating,timestamp\n");
    write(
        "movies.csv", UTF_8, "movieId,title,genres\n1,Heat (1995),Action\n1,Ronin (1998),Action\n");
    assertThatThrownBy(() -> Dataset.of(folder))
        .hasMessage("movies.csv:3: movieId \"1\", valid is an id that no earlier line has");

    write("movies.csv", UTF_8, "movieId,title,genres\n1,\"Heat (1995),Action\n");
    assertThatThrownBy(() -> Dataset.of(folder)).hasMessageContaining("movies.csv:2: text \"1,");
  }

  @Test
  void saysWhatAFolderMustHold() {
    assertThatThrownBy(() -> Dataset.of(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no data set in ")
        .hasMessageEndingWith(
            ": valid is a MovieLens folder, with movies.dat and ratings.dat, or movies.csv and"
                + " ratings.csv, or a folder of sessions, with train.txt and test.txt");
    assertThatThrownBy(() -> Dataset.of(folder.resolve("nowhere")))
        .hasMessageStartingWith("no folder ")
        .hasMessageContaining("nowhere");
  }

  private void write(String file, Charset charset, String text) throws IOException {
    Files.writeString(folder.resolve(file), text, charset);
  }

  private static List<Interaction> ratings(Dataset films) {
    List<Interaction> ratings = new ArrayList<>();
    films.forEachInteraction(ratings::add);
    return ratings;
  }
}
