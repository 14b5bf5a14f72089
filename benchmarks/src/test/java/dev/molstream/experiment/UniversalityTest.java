package dev.molstream.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.benchmark.report.Row;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UniversalityTest {
  private static final int SIZE = 24;

  @TempDir Path folder;

  @Test
  void mixturesComeCloserWithMoreComponentsAndHaveFullRank() {
    // given
    Universality experiment = new Universality(96, 12, 4, List.of(1, 2, 4), 8, 250);

    // when
    List<Row> rows = Toys.run(experiment, Toys.inputs(SIZE, 1e-3, null, false, List.of(), folder));

    // then
    List<Row> dots = of(rows, "dot product");
    assertThat(dots.getLast().number("relativeError")).isCloseTo(0, within(1e-5));
    assertThat(dots)
        .isSortedAccordingTo(
            (a, b) -> Double.compare(b.number("relativeError"), a.number("relativeError")));
    List<Row> mixtures = of(rows, "mixture of logits");
    assertThat(mixtures).hasSize(3);
    for (int i = 1; i < 3; i++) {
      assertThat(mixtures.get(i).number("relativeError"))
          .isLessThan(0.9 * mixtures.get(i - 1).number("relativeError"));
    }
    assertThat(dots.getLast().number("weightsPerValue")).isEqualTo(2);
    assertThat(mixtures.getFirst().number("rank")).isEqualTo(4 - 2); // two make up its length
    assertThat(mixtures.getLast().number("rank")).isEqualTo(SIZE);
    assertThat(mixtures.getLast().number("floatsPerItem")).isEqualTo(4 * 4 + 16);
    assertThat(new String(experiment.chart(rows).toSvg(), UTF_8)).contains("<svg");
  }

  @Test
  void errorsOfTruncationFollowFromTheSingularValues() {
    // A diagonal matrix has its values as singular values.
    float[] matrix = {3, 0, 0, 0, -4, 0, 0, 0, 0};

    double[] errors = Universality.truncationErrors(MatrixFit.singularValues(matrix, 3));

    assertThat(errors).containsExactly(new double[] {1, 0.6, 0, 0}, within(1e-6));
  }

  private static List<Row> of(List<Row> rows, String similarity) {
    return rows.stream().filter(row -> similarity.equals(row.text("similarity"))).toList();
  }
}
