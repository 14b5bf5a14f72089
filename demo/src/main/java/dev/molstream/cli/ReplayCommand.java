package dev.molstream.cli;

import dev.molstream.dataset.Dataset;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Replay;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

  @Override
  public Integer call() {
    Dataset dataset = data.open();
    cluster.requireTopics();
    Replay replay = Replay.onto(cluster.bootstrapServers(), cluster.topics());
    Progress progress = ProgressDisplay.onStderr();
    long started = System.nanoTime();
    long items = replay.items(dataset, progress);
    long events = replay.events(dataset, -1, progress);
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
    return 0;
  }
}
