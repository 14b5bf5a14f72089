package dev.molstream.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.benchmark.Mixture;
import dev.molstream.benchmark.measure.Contestants;
import dev.molstream.benchmark.report.Row;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetrievalScalingTest {
  @TempDir Path folder;

  @Test
  void measuresEverySearchOnAnIndexPerShape() {
    Experiment experiment = new RetrievalScaling();
    List<Mixture> shapes = List.of(new Mixture(1, 2, 4, 8), new Mixture(2, 3, 8, 8));

    List<Row> rows = Toys.run(experiment, Toys.inputs(1e-3, null, true, shapes, folder));

    assertThat(rows).hasSize(2 * Contestants.ALL.size());
    assertThat(rows).extracting(row -> row.text("shape")).containsOnly("1x2x4", "2x3x8");
    assertThat(rows).allMatch(row -> row.number("items") == Toys.ITEMS);
    assertThat(experiment.chart(rows).curves())
        .containsOnlyKeys("1x2x4 averaged", "2x3x8 averaged", "1x2x4 adaptive", "2x3x8 adaptive");
  }
}
