package dev.molstream.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.molstream.benchmark.InvalidBenchmarkException;
import dev.molstream.benchmark.report.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentPageTest {
  private static final Experiment UNIVERSALITY = Experiments.named("universality");

  @TempDir Path folder;

  @Test
  void makesAPageThatSaysWhatEachExperimentAsks() throws IOException {
    Path file = folder.resolve("docs/experiments.md");

    ExperimentPage.at(file, UNIVERSALITY).write("./molstream experiment", "films", rows(0.25));

    String page = Files.readString(file);
    for (Experiment experiment : Experiments.ALL) {
      assertThat(page)
          .contains("## " + experiment.title(), experiment.question())
          .containsOnlyOnce("<!-- experiment " + experiment.name() + " -->");
    }
    assertThat(page)
        .contains("```\n./molstream experiment\n```", "cores", "data films", "commit", "| 0.2500 |")
        .contains("![A random matrix of full rank](experiments/universality.svg)");
    assertThat(folder.resolve("docs/experiments/universality.svg")).content().contains("<svg");
  }

  @Test
  void replacesOnlyWhatLiesBetweenTheExperimentsMarkers() throws IOException {
    // given
    Path file = folder.resolve("page.md");
    Files.writeString(
        file,
        """
        # By hand

        Before.

        <!-- experiment universality -->
        old
        <!-- end -->

        Between.

        <!-- experiment alpha -->
        alpha's
        <!-- end -->
        After.
        """);

    // when
    ExperimentPage.at(file, UNIVERSALITY).write("first", "films", rows(0.25));
    ExperimentPage.at(file, UNIVERSALITY).write("second", "films", rows(0.5));

    // then
    assertThat(Files.readString(file))
        .startsWith("# By hand\n\nBefore.\n\n<!-- experiment universality -->\n\nMade by")
        .endsWith(
            "<!-- end -->\n\n"
                + "Between.\n\n"
                + "<!-- experiment alpha -->\n"
                + "alpha's\n"
                + "<!-- end -->\n"
                + "After.\n")
        .contains("second", "| 0.5000 |")
        .doesNotContain("old", "first", "0.2500");
  }

  @Test
  void addsAPlaceToAPageThatHasNone() throws IOException {
    Path file = Files.writeString(folder.resolve("page.md"), "# By hand\n");

    ExperimentPage.at(file, UNIVERSALITY).write("command", "films", rows(0.25));

    assertThat(Files.readString(file))
        .startsWith("# By hand\n\n## " + UNIVERSALITY.title())
        .contains("0.2500")
        .endsWith("<!-- end -->\n");
  }

  @Test
  void refusesMarkersThatDoNotMatchBeforeAnythingIsMeasured() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("page.md"),
            "<!-- experiment universality -->\n<!-- experiment alpha -->\n<!-- end -->\n");

    assertThatExceptionOfType(InvalidBenchmarkException.class)
        .isThrownBy(() -> ExperimentPage.at(file, UNIVERSALITY))
        .withMessage(
            "--report %s has <!-- experiment universality --> without <!-- end --> after it"
                .formatted(file));
  }

  @Test
  void namesTheValidExperiments() {
    assertThatExceptionOfType(InvalidBenchmarkException.class)
        .isThrownBy(() -> Experiments.named("frob"))
        .withMessage(
            "no experiment 'frob', valid is universality, load-balancing, alpha, similarities,"
                + " components, error-bounds, retrieval-scaling, fine-tuning");
  }

  private static List<Row> rows(double error) {
    return List.of(
        UNIVERSALITY
            .row()
            .with("similarity", "dot product")
            .with("floatsPerItem", 8)
            .with("relativeError", error));
  }
}
