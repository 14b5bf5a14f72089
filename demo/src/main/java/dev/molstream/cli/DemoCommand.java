package dev.molstream.cli;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.broker.PortInUseException;
import dev.molstream.demo.Audience;
import dev.molstream.demo.Demo;
import dev.molstream.demo.DemoSettings;
import dev.molstream.demo.Progress;
import dev.molstream.demo.Running;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code molstream demo}. */
@Command(
    name = "demo",
    description = {
      "Shows the whole system in one process, on an embedded Kafka: learns a model from a data"
          + " set,",
      "replays it, and lets viewers ask, click and find new films."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private DataOption data;
  @Mixin private PortOption port;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "Requests to measure (default: ${DEFAULT-VALUE}).")
  private int requests = 200;

  @Option(
      names = "--model",
      paramLabel = "BUNDLE",
      description = "Serve this bundle; without it, one is trained on the data.")
  private @Nullable Path bundle;

  @Option(
      names = "--keep-running",
      description = "Go on serving at the end, on port 9092 if it is free, until Ctrl-C.")
  private boolean keepRunning;

  @Override
  public Integer call() throws InterruptedException {
    if (requests < 1) {
      throw new ParameterException(
          spec.commandLine(), "--requests " + requests + ", valid is a number from 1");
    }
    DemoSettings settings = new DemoSettings(data.open(), bundle, requests, brokerPort());
    PrintWriter out = spec.commandLine().getOut();
    Progress progress = ProgressDisplay.onStderr();
    JsonLines lines = new JsonLines(out);
    Audience audience =
        json.isOn ? new JsonAudience(lines, progress) : new SpokenAudience(out, progress);
    try (Running running = Running.untilStopped()) {
      Demo.Outcome outcome = Demo.play(settings, audience, InstantSource.system(), running);
      if (keepRunning) {
        new ServingNotice(outcome).print(json.isOn ? lines : null, out);
        running.awaitStop();
      }
      return outcome.allShown() ? 0 : 1;
    }
  }

  private int brokerPort() {
    if (port.given().isPresent() || !keepRunning) {
      return port.given().orElse(0);
    }
    try {
      EmbeddedBroker.requireFree(EmbeddedBroker.DEFAULT_PORT);
      return EmbeddedBroker.DEFAULT_PORT;
    } catch (PortInUseException e) {
      spec.commandLine().getErr().println("molstream: " + e.getMessage() + "; took a free one");
      return 0;
    }
  }
}
