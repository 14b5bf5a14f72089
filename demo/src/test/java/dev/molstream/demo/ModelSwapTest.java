package dev.molstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.dataset.GeneratedFilms;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSwapTest {
  @Test
  void aSwapAndARollBackUnderLoadLoseAndMixNothing(@TempDir Path directory) {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"), 0)) {
      SwapBenchmark.Plan plan =
          new SwapBenchmark.Plan(
              GeneratedFilms.of(1), null, null, 50, Duration.ofSeconds(2), Duration.ofSeconds(1));

      SwapBenchmark swap =
          SwapBenchmark.run(plan, Progress.none(), directory, broker.bootstrapServers());

      assertThat(swap.requests()).isGreaterThan(200);
      assertThat(swap.lost()).isZero();
      assertThat(swap.duplicated()).isZero();
      assertThat(swap.verified()).isEqualTo(swap.requests());
      assertThat(swap.notRanked()).isZero();
      assertThat(swap.mixed()).isZero();
      assertThat(swap.incomplete()).isZero();
    }
  }
}
