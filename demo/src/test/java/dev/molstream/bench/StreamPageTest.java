package dev.molstream.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.benchmark.report.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamPageTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Path PAGE = DOCS.resolve("benchmarks-streaming.md");
  private static final Path RESULTS = DOCS.resolve("benchmarks").resolve("streaming.jsonl");

  /** {@code mvn -pl demo -am test -Dtest=StreamPageTest -Dpages.write} writes the tables anew. */
  @Test
  void showsThePublishedResults() throws IOException {
    String page = Files.readString(PAGE);
    String shown = StreamPage.with(page, StreamPage.read(Files.readString(RESULTS)));
    if (System.getProperty("pages.write") != null) {
      Files.writeString(PAGE, shown, UTF_8);
      page = shown;
    }
    assertThat(page).as("out of date: run with -Dpages.write").isEqualTo(shown);
  }

  @Test
  void putsATableBetweenItsMarks() {
    List<Row> rows =
        StreamPage.read(
            """
            {"bench":"restart","kind":"clean","items":1000,"shape":"4x4x32","secondsToReady":2.5,"cpu":"A","cores":2,"jvm":"J","commit":"abc"}

            {"bench":"restart","kind":"crash","items":1000,"shape":"4x4x32","secondsToReady":4.25,"cpu":"A","cores":2,"jvm":"J","commit":"abc"}
            """);
    String page =
        "Before\n<!-- restart -->\nold\n<!-- end -->\nAfter\n<!-- machine -->\n<!-- end -->\n";

    assertThat(StreamPage.with(page, rows))
        .isEqualTo(
            """
            Before
            <!-- restart -->

            | start | items | shape | seconds to ready | seconds to first answer |
            |---|---:|---:|---:|---:|
            | clean | 1,000 | 4x4x32 | 2.5 |  |
            | crash | 1,000 | 4x4x32 | 4.3 |  |

            <!-- end -->
            After
            <!-- machine -->

            | cpu | cores | jvm | commit |
            |---|---:|---|---|
            | A | 2 | J | abc |

            <!-- end -->
            """);
  }

  @Test
  void leavesAPlaceEmptyWithoutResults() {
    assertThat(StreamPage.with("<!-- stream -->\nold\n<!-- end -->\n", List.of()))
        .isEqualTo("<!-- stream -->\n<!-- end -->\n");
  }

  @Test
  void refusesALineThatIsNoResult() {
    assertThatThrownBy(() -> StreamPage.read("{\"bench\":\"stream\"}\nfrob\n"))
        .hasMessageContaining("line 2")
        .hasMessageContaining("frob");
  }
}
