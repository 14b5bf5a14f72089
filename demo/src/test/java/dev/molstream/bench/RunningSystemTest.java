package dev.molstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.benchmark.report.Row;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Running;
import dev.molstream.load.Load;
import dev.molstream.load.LoadClient;
import dev.molstream.load.LoadResult;
import dev.molstream.load.Schedule;
import dev.molstream.model.ItemContent;
import dev.molstream.model.RandomBundle;
import dev.molstream.retrieval.MolShape;
import dev.molstream.service.ServiceConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks against a broker and services in processes of their own, for seconds each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // started before all tests
class RunningSystemTest {
  private static final MolShape SHAPE = new MolShape(16, 4, 2, 8, 16, 0.05f);
  private static final List<String> SMALL = List.of("-Xmx256m", "-XX:+UseSerialGC");

  private final List<Row> rows = new ArrayList<>();
  private final Running running = Running.untilClosed();
  private Served served;

  @BeforeAll
  void start(@TempDir Path directory) {
    FewFilms films = new FewFilms();
    Path bundle = directory.resolve("bundle");
    List<String> ids = films.items().stream().map(ItemContent::itemId).toList();
    RandomBundle.write(bundle, "random", SHAPE, ids, 7);
    served =
        Served.start(
            new ServedSettings(
                films,
                bundle,
                ServiceConfig.EXACTLY_ONCE,
                1,
                "classic",
                Map.of("search.exact.max.items", "100"),
                SMALL),
            running,
            Progress.none());
  }

  @BeforeEach
  void forgetRows() {
    rows.clear();
  }

  @AfterAll
  void stop() {
    running.close();
  }

  @Test
  void answersEveryRequestOnceUnderLoad() {
    boolean answeredOnce =
        StreamBenchmark.run(
            served,
            new StreamBenchmark.Plan(
                40, Duration.ofSeconds(2), Duration.ofSeconds(1), List.of(0), false),
            Progress.none(),
            rows::add);

    assertThat(answeredOnce).isTrue();
    Row row = rows.getFirst();
    assertThat(row.kind()).isEqualTo("stream");
    assertThat(row.text("guarantee")).isEqualTo("exactly_once_v2");
    assertThat(row.text("commitIntervalMillis")).isEqualTo("default");
    assertThat(row.number("requests")).isEqualTo(80);
    assertThat(row.number("ok")).isEqualTo(80);
    assertThat(row.number("lost")).isZero();
    assertThat(row.number("p50Millis")).isPositive().isLessThanOrEqualTo(row.number("p99Millis"));
    assertThat(row.number("meanEncodeMicros")).isPositive();
    assertThat(row.text("commit")).isNotEmpty();
    assertThat(row.text("cpu")).isNotEmpty();
    assertThat(StreamTables.of(rows))
        .singleElement()
        .extracting(t -> t.lines().size())
        .isEqualTo(1);
  }

  @Test
  void countsRequestsThatExpired() {
    Installation installation = served.installation();
    try (LoadClient client =
        LoadClient.connect(
            installation.bootstrapServers(),
            installation.topics(),
            IsolationLevel.READ_COMMITTED)) {
      LoadResult result =
          client.run(
              new Load(
                  new Schedule(20, Duration.ofSeconds(1)),
                  served.users(),
                  10,
                  Duration.ofMillis(-1),
                  1));

      assertThat(result.answered()).isEqualTo(20);
      assertThat(result.figures()).containsEntry("expired", 20L).containsEntry("ok", 0L);
    }
  }

  @Test
  void showsEventsUpdatesAndDeletionsInAnswers() {
    FreshnessBenchmark.run(
        served, new FreshnessBenchmark.Plan(2, 1, 5), Progress.none(), rows::add);

    assertThat(rows)
        .extracting(row -> row.text("kind"))
        .containsExactly("user-event", "item-update", "item-delete");
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.number("p50Millis")).isPositive();
              assertThat(row.number("backgroundLost")).isZero();
            });
  }

  @Test
  void findsEveryAcknowledgedEventInTheNextAnswer() {
    long violations =
        ReadYourWrites.run(
            served,
            new ReadYourWrites.Plan(60, FewFilms.VIEWERS, true, 0),
            Progress.none(),
            rows::add);

    assertThat(violations).isZero();
    Row row = rows.getFirst();
    assertThat(row.number("pairs")).isEqualTo(60);
    assertThat(row.number("violations")).isZero();
    assertThat(row.number("reportedMissing")).isZero();
  }
}
