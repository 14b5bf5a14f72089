package dev.molstream.cli;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.demo.Running;
import dev.molstream.demo.TemporaryDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code molstream broker}. */
@Command(
    name = "broker",
    description = "Runs a single Kafka broker on loopback, for development.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class BrokerCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;

  @Mixin private PortOption port;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Keeps the data there; without it they go when the broker stops.")
  private @Nullable Path directory;

  @Override
  public Integer call() throws InterruptedException {
    Running running = Running.untilStopped();
    Path data = directory == null ? running.add(TemporaryDirectory.create()).path() : directory;
    EmbeddedBroker broker = running.add(EmbeddedBroker.start(data, port.number()));
    if (json.isOn) {
      new JsonLines(spec.commandLine().getOut())
          .print("broker", "bootstrapServers", broker.bootstrapServers());
    } else {
      spec.commandLine()
          .getOut()
          .println("Kafka is listening on " + broker.bootstrapServers() + ". Ctrl-C stops it.");
    }
    running.awaitStop();
    return 0;
  }
}
