package dev.molstream.cli;

import dev.molstream.bench.ReadYourWrites;
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

/** {@code molstream bench read-your-writes}. */
@Command(
    name = "read-your-writes",
    description = {
      "Counts answers without an event that was acknowledged before they were asked for, with many"
          + " users at once.",
      "Exit status 1 when there is one although requests named their events."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class BenchReadYourWritesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private DataOption data;
  @Mixin private ServedOptions served;
  @Mixin private AppOptions app;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "Events with a request behind each (default: ${DEFAULT-VALUE}).")
  private long pairs = 100_000;

  @Option(
      names = "--users",
      paramLabel = "U",
      description = "Users at once, each with one pair after another (default: ${DEFAULT-VALUE}).")
  private int users = 200;

  @Option(
      names = "--no-token",
      description =
          "Requests do not name their events: how often plain clients would be surprised.")
  private boolean noToken;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "Requests per second of others meanwhile, 0 for none (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Override
  public Integer call() {
    Range.require(spec, "--pairs", pairs, 1, 1_000_000_000);
    Range.require(spec, "--rate", rate, 0, 5000);
    ServedSettings settings = served.settings(data, app);
    int most = settings.dataset().toTrainingData().userCount();
    Range.require(spec, "--users", users, 1, most);
    Progress progress = ProgressDisplay.onStderr();
    try (StreamResults results = new StreamResults(spec, json);
        Running running = Running.untilStopped()) {
      Served system = Served.start(settings, running, progress);
      long violations =
          ReadYourWrites.run(
              system, new ReadYourWrites.Plan(pairs, users, !noToken, rate), progress, results);
      return violations == 0 || noToken ? 0 : 1;
    }
  }
}
