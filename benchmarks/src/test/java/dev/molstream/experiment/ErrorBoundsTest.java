package dev.molstream.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.benchmark.Examples;
import dev.molstream.benchmark.report.Row;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorBoundsTest {
  @TempDir Path folder;

  @Test
  void boundsHoldHoweverPeakedTheGatesAre() {
    // given
    Path bundle = folder.resolve("bundle");
    Examples.bundle(bundle);
    Experiment experiment = new ErrorBounds();

    // when
    List<Row> rows = Toys.run(experiment, Toys.inputs(1e-3, bundle, false, List.of(), folder));

    // then
    assertThat(rows).hasSize(5 * 8);
    assertThat(rows.getFirst().number("entropy")).isCloseTo(Math.log(6), within(1e-4));
    assertThat(rows.getLast().number("entropy")).isLessThan(0.9 * Math.log(6));
    for (Row row : rows) {
      assertThat(row.number("violations")).isZero();
      assertThat(row.number("maxMiss")).isLessThanOrEqualTo(row.number("maxBound") + 1e-5);
      assertThat(row.number("meanGap")).isLessThanOrEqualTo(row.number("meanMiss") + 1e-9);
      assertThat(row.number("certified")).isLessThanOrEqualTo(row.number("complete") + 1e-9);
      assertThat(row.number("complete") == 1).isEqualTo(row.number("maxMiss") == 0);
    }
    assertThat(rows).anyMatch(row -> row.number("maxMiss") > 0);
    assertThat(experiment.chart(rows).curves()).containsKey("averaged N=4000, missed");
  }
}
