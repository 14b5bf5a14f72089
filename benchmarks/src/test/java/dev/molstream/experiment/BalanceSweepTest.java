package dev.molstream.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.benchmark.report.Row;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BalanceSweepTest {
  @TempDir Path folder;

  @Test
  void comparesWeightsFromOneWarmUp() {
    // given
    Experiment experiment = BalanceSweep.loadBalancing();

    // when: nothing is learned, so that only different starts could make a difference
    List<Row> rows = Toys.run(experiment, Toys.inputs(1e-12, null, false, List.of(), folder));

    // then
    assertThat(rows).extracting(row -> row.number("alpha")).containsExactly(0.0, 0.001);
    Row without = rows.getFirst();
    Row with = rows.getLast();
    assertThat(with.number("ndcg@10")).isEqualTo(without.number("ndcg@10"));
    assertThat(with.number("hr@10.gain")).isZero();
    for (Row row : rows) {
      // The gates begin equal.
      assertThat(row.number("target.meanEntropy")).isCloseTo(Math.log(6), within(1e-3));
      assertThat(row.number("top.entropyOfMean")).isCloseTo(Math.log(6), within(1e-3));
      assertThat(row.number("top.pairs")).isEqualTo(10 * row.number("target.pairs"));
      assertThat(row.number("target.dead")).isZero();
      assertThat(row.toJson()).startsWith("{\"event\":\"experiment\",\"name\":\"load-balancing\",");
    }
    assertThat(experiment.chart(rows).curves()).hasSize(2);
    assertThat(experiment.chart(rows).curves().values()).allMatch(points -> points.size() == 6);
  }

  @Test
  void showsWhatNoWeightGivesBesideTheWeights() {
    Experiment experiment = BalanceSweep.alpha();

    List<Row> rows = Toys.run(experiment, Toys.inputs(5e-3, null, false, List.of(), folder));

    assertThat(rows).hasSize(5);
    assertThat(experiment.chart(rows).curves().values())
        .hasSize(4)
        .allSatisfy(
            points ->
                assertThat(points)
                    .extracting(point -> point.x())
                    .containsExactly(1e-4, 1e-3, 1e-2, 1e-1));
  }
}
