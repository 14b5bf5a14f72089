package dev.molstream.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.benchmark.Mixture;
import dev.molstream.benchmark.report.Row;
import dev.molstream.benchmark.report.Table;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComponentSweepTest {
  @TempDir Path folder;

  @Test
  void measuresRankingTrainingAndSearchOfEachShape() {
    // given
    Experiment experiment = new ComponentSweep();
    List<Mixture> shapes = List.of(new Mixture(1, 1, 8, 8), new Mixture(3, 2, 8, 8));

    // when
    List<Row> rows = Toys.run(experiment, Toys.inputs(5e-3, null, false, shapes, folder));

    // then
    assertThat(rows).extracting(row -> row.text("shape")).containsExactly("1x1x8", "3x2x8");
    assertThat(rows).extracting(row -> row.text("similarity")).containsExactly("dot", "mol");
    assertThat(rows)
        .extracting(row -> row.number("vectorBytesPerItem"))
        .containsExactly(4.0 * (8 + 1), 4.0 * (2 * 8 + 6));
    for (Row row : rows) {
      assertThat(row.number("timedEpochs")).isEqualTo(2);
      assertThat(row.number("trainSeconds")).isPositive();
      assertThat(row.number("trainCpuSeconds")).isPositive();
      assertThat(row.number("exactMicros")).isPositive();
      assertThat(row.number("recall")).isEqualTo(1);
      assertThat(row.number("items")).isEqualTo(Toys.ITEMS);
      assertThat(row.number("hr@10")).isBetween(row.number("hr@10.low"), row.number("hr@10.high"));
    }
    assertThat(Table.of(experiment.title(), experiment.columns(), rows).lines())
        .allSatisfy(line -> assertThat(line).doesNotContain(""));
  }
}
