package dev.molstream.cli;

import dev.molstream.bench.Served;
import dev.molstream.bench.ServedSettings;
import dev.molstream.bench.StreamBenchmark;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Running;
import dev.molstream.load.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code molstream bench stream}. */
@Command(
    name = "stream",
    description = {
      "Measures the time from request to answer under load, the broker and both services on this"
          + " machine.",
      "Exit status 1 when a request was not answered or answered twice."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BenchStreamCommand implements Callable<Integer> {
  private static final int MOST_SECONDS = 24 * 60 * 60;
  private static final int MOST_COMMIT_MILLIS = 60_000;

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private DataOption data;
  @Mixin private ServedOptions served;
  @Mixin private AppOptions app;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Requests per second (default: ${DEFAULT-VALUE}).")
  private int rate = 500;

  @Option(
      names = "--duration",
      paramLabel = "S",
      description = "Seconds to measure (default: ${DEFAULT-VALUE}).")
  private int seconds = 60;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description = "Seconds of the same load before that, uncounted (default: ${DEFAULT-VALUE}).")
  private int warmUp = 20;

  @Option(
      names = "--commit-interval",
      paramLabel = "MS",
      split = ",",
      description =
          "Milliseconds between the stream-app's commits: one measurement each, separated by"
              + " commas (default: the stream-app's own).")
  private List<Integer> commitIntervals = new ArrayList<>();

  @Option(
      names = "--throughput",
      description =
          "Find the highest rate at which nothing is lost and 99 %% are answered within 100 ms:"
              + " --rate is where the search begins, --duration how long the rate found is"
              + " confirmed.")
  private boolean throughput;

  @Override
  public Integer call() {
    Range.require(spec, "--rate", rate, 1, Schedule.MOST_PER_SECOND);
    Range.require(spec, "--duration", seconds, 1, MOST_SECONDS);
    Range.require(spec, "--warm-up", warmUp, 1, MOST_SECONDS);
    for (int millis : commitIntervals) {
      Range.require(spec, "--commit-interval", millis, 1, MOST_COMMIT_MILLIS);
    }
    ServedSettings settings = served.settings(data, app);
    StreamBenchmark.Plan plan =
        new StreamBenchmark.Plan(
            rate,
            Duration.ofSeconds(seconds),
            Duration.ofSeconds(warmUp),
            commitIntervals.isEmpty() ? List.of(0) : commitIntervals,
            throughput);
    Progress progress = ProgressDisplay.onStderr();
    try (StreamResults results = new StreamResults(spec, json);
        Running running = Running.untilStopped()) {
      Served system = Served.start(settings, running, progress);
      return StreamBenchmark.run(system, plan, progress, results) ? 0 : 1;
    }
  }
}
