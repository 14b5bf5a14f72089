package dev.molstream.cli;

import dev.molstream.dataset.Dataset;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Replay;
import dev.molstream.demo.ReplayPace;
import dev.molstream.schemas.WireFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code molstream replay}. */
@Command(
    name = "replay",
    description = "Puts a data set onto the topics: its films, then its ratings as events.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class ReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private DataOption data;
  @Mixin private ClusterOption cluster;
  @Mixin private FormatOption formatOption;

  @Option(
      names = "--speed",
      paramLabel = "X",
      description =
          "Replays the events in the order of time, X times as fast as they happened: 1 is real"
              + " time, 86400 a day per second (default: as fast as the broker takes them, in the"
              + " order of the files).")
  private double speed = Double.POSITIVE_INFINITY;

  @Override
  public Integer call() {
    if (!(speed > 0)) {
      throw new ParameterException(
          spec.commandLine(), "--speed " + speed + ", valid is a number above 0");
    }
    try (WireFormat format = formatOption.open()) {
      return replay(format);
    }
  }

  private int replay(WireFormat format) {
    Dataset dataset = data.open();
    cluster.requireTopics();
    ReplayPace pace = ReplayPace.at(speed);
    Progress progress = ProgressDisplay.onStderr();
    long started = System.nanoTime();
    // On Ctrl-C what was sent is acknowledged and counted before the process ends.
    try (var _ = OrderlyStop.by(pace::stop)) {
      Replay replay = Replay.onto(cluster.bootstrapServers(), cluster.topics(), format);
      long items = replay.items(dataset, progress);
      long events = replay.events(dataset, -1, pace, progress);
      report(dataset, items, events, started);
    }
    return 0;
  }

  private void report(Dataset dataset, long items, long events, long started) {
    double seconds = (System.nanoTime() - started) / 1e9;
    if (json.isOn) {
      new JsonLines(spec.commandLine().getOut())
          .print(
              "replay",
              "dataset",
              dataset.name(),
              "items",
              items,
              "events",
              events,
              "seconds",
              seconds);
    } else {
      spec.commandLine()
          .getOut()
          .printf("%,d films and %,d events in %.1f s%n", items, events, seconds);
    }
  }
}
