package dev.molstream.cli;

import dev.molstream.bench.FreshnessBenchmark;
import dev.molstream.bench.Served;
import dev.molstream.bench.ServedSettings;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Running;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code molstream bench freshness}. */
@Command(
    name = "freshness",
    description = {
      "Measures how long after a change an answer shows it: a user's event, an item's update, an"
          + " item's deletion.",
      "Requests follow one another without pause until one shows it."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BenchFreshnessCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private DataOption data;
  @Mixin private ServedOptions served;
  @Mixin private AppOptions app;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Changes of each kind to measure (default: ${DEFAULT-VALUE}).")
  private int samples = 1000;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Changes of each kind before that, uncounted (default: ${DEFAULT-VALUE}).")
  private int warmUp = 200;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "Requests per second of other users meanwhile, 0 for none (default: ${DEFAULT-VALUE}).")
  private int rate = 50;

  @Override
  public Integer call() {
    Range.require(spec, "--samples", samples, 1, 1_000_000);
    Range.require(spec, "--warm-up", warmUp, 0, 1_000_000);
    Range.require(spec, "--rate", rate, 0, 5000);
    ServedSettings settings = served.settings(data, app);
    Progress progress = ProgressDisplay.onStderr();
    try (StreamResults results = new StreamResults(spec, json);
        Running running = Running.untilStopped()) {
      Served system = Served.start(settings, running, progress);
      FreshnessBenchmark.run(
          system, new FreshnessBenchmark.Plan(samples, warmUp, rate), progress, results);
    }
    return 0;
  }
}
