package dev.molstream.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.model.ItemContent;
import dev.molstream.schemas.Action;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionsTest {
  @TempDir Path folder;

  @Test
  void readsSessionsOfBothFilesAMinuteApart() throws IOException {
    write("1 a b\n2 b b c\n", "1 c d\n");

    Dataset sessions = Dataset.of(folder);

    assertThat(sessions.name()).isEqualTo(folder.getFileName().toString());
    assertThat(sessions.items())
        .extracting(ItemContent::itemId)
        .containsExactly("a", "b", "c", "d");
    assertThat(sessions.items()).extracting(ItemContent::title).containsOnly("");
    assertThat(interactions(sessions))
        .containsExactly(
            event("1", "a", 0),
            event("1", "b", 1),
            event("2", "b", 1),
            event("2", "b", 2),
            event("2", "c", 3),
            event("test-1", "c", 2),
            event("test-1", "d", 3));
  }

  @Test
  void holdsTestSessionsAndTheLastEventOfEveryFiftiethOtherOut() throws IOException {
    StringBuilder train = new StringBuilder();
    for (int session = 1; session <= 60; session++) {
      train.append(session).append(" a b c\n");
    }
    write(train.toString(), "1 a b\n2 c a b\n");

    Dataset sessions = Dataset.of(folder);
    TrainingData data = sessions.toTrainingData();
    Split split = sessions.split(data);

    assertThat(split.test().users().mapToObj(data::userId)).containsExactly("test-1", "test-2");
    assertThat(split.test().position(61)).isEqualTo(2);
    assertThat(split.test().excludesSeen()).isFalse();
    assertThat(split.validation().users().mapToObj(data::userId)).containsExactly("1", "51");
    assertThat(split.learnable(0)).isEqualTo(2);
    assertThat(split.learnable(1)).isEqualTo(3);
    assertThat(split.learnable(60)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2        | 1 a b | train.txt:2: 1 fields, valid are 2 or more: session id, item ids
          1 a      | 1 a b | train.txt:2: session id "1", valid is an id that no earlier line has
          test-1 a | 1 a b | train.txt:2: session id "test-1", valid is an id that does not begin with test-
          2 a      | 1 a   | test.txt:1: 2 fields, valid are 3 or more: session id, item ids
          """)
  void namesFileLineAndWhatIsValid(String train, String test, String message) throws IOException {
    write("1 a b\n" + train + "\n", test + "\n");

    assertThatThrownBy(() -> Dataset.of(folder))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(message);
  }

  @Test
  void refusesIdsThatAreTooLong() throws IOException {
    write("1 a\n2 " + "x".repeat(257) + "\n", "1 a b\n");

    assertThatThrownBy(() -> Dataset.of(folder))
        .hasMessageStartingWith("train.txt:2: id \"xxx")
        .hasMessageEndingWith("valid is 1 to 256 characters");
  }

  private static Interaction event(String session, String item, long minute) {
    return new Interaction(session, item, Action.OTHER, 1, minute * 60_000);
  }

  private void write(String train, String test) throws IOException {
    Files.writeString(folder.resolve("train.txt"), train, UTF_8);
    Files.writeString(folder.resolve("test.txt"), test, UTF_8);
  }

  private static List<Interaction> interactions(Dataset dataset) {
    List<Interaction> events = new ArrayList<>();
    dataset.forEachInteraction(events::add);
    return events;
  }
}
