package dev.molstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.benchmark.report.Row;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Running;
import dev.molstream.retrieval.MolShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Starts a stream-app of its own three times. */
class RestartBenchmarkTest {
  @Test
  void measuresEveryKindOfStart() {
    List<Row> rows = new ArrayList<>();

    try (Running running = Running.untilClosed()) {
      RestartBenchmark.run(
          new RestartBenchmark.Plan(
              500,
              new MolShape(16, 4, 2, 8, 16, 0.05f),
              1,
              Map.of(),
              List.of("-Xmx256m", "-XX:+UseSerialGC")),
          running,
          Progress.none(),
          rows::add);
    }

    assertThat(rows)
        .extracting(row -> row.text("kind"))
        .containsExactly("empty-disk", "clean", "crash");
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.number("items")).isEqualTo(500);
              assertThat(row.number("secondsToReady"))
                  .isPositive()
                  .isLessThanOrEqualTo(row.number("secondsToFirstAnswer"));
            });
  }
}
