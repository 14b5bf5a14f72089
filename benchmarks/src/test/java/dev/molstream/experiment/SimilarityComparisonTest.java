package dev.molstream.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.benchmark.report.Row;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimilarityComparisonTest {
  @TempDir Path folder;

  @Test
  void givesTheDotProductTheMixturesTime() {
    // given
    Experiment experiment = new SimilarityComparison();

    // when
    List<Row> rows = Toys.run(experiment, Toys.inputs(5e-3, null, false, List.of(), folder));

    // then
    assertThat(rows)
        .extracting(row -> row.text("similarity"))
        .containsExactly("dot product", "mixture", "mixture of unit vectors");
    assertThat(rows).allSatisfy(row -> assertThat(row.number("epochs")).isPositive());
    assertThat(rows.get(1).number("epochs")).isEqualTo(3);
    assertThat(rows.get(2).number("epochs")).isEqualTo(3);
    assertThat(rows.get(0).text("hr@10.gain")).isNull();
    assertThat(rows.get(2).number("hr@10.gain"))
        .isBetween(rows.get(2).number("hr@10.gain.low"), rows.get(2).number("hr@10.gain.high"));
    assertThat(experiment.chart(rows).curves()).hasSize(3);
  }
}
