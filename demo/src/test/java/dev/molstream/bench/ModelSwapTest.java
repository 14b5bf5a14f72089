package dev.molstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.dataset.GeneratedFilms;
import dev.molstream.demo.LiveServices;
import dev.molstream.demo.Progress;
import dev.molstream.schemas.TopicCatalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With services in this process, which start sooner than those that are measured. */
class ModelSwapTest {
  @Test
  void swapsAndRollBacksUnderLoadLoseAndMixNothing(@TempDir Path directory) {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        LiveServices services =
            LiveServices.following(
                broker.bootstrapServers(), TopicCatalogue.of(""), directory.resolve("state"))) {
      SwapBenchmark.Plan plan =
          new SwapBenchmark.Plan(
              GeneratedFilms.of(1),
              null,
              null,
              50,
              Duration.ofSeconds(2),
              Duration.ofSeconds(1),
              2,
              Map.of(),
              List.of());

      List<SwapBenchmark> swaps =
          SwapBenchmark.run(
              plan,
              broker.bootstrapServers(),
              () -> {
                services.awaitReady();
                services.awaitEvents(Progress.none());
              },
              directory,
              Progress.none());

      assertThat(swaps)
          .hasSize(2)
          .allSatisfy(
              swap -> {
                assertThat(swap.requests()).isGreaterThan(200);
                assertThat(swap.lost()).isZero();
                assertThat(swap.duplicated()).isZero();
                assertThat(swap.verified()).isEqualTo(swap.requests());
                assertThat(swap.notRanked()).isZero();
                assertThat(swap.mixed()).isZero();
                assertThat(swap.incomplete()).isZero();
              });
    }
  }
}
