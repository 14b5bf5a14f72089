package dev.molstream.cli;

import dev.molstream.broker.EmbeddedBroker;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --port}: where the embedded broker listens. */
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class PortOption {
  private static final int HIGHEST = 65535;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the broker on 127.0.0.1, 0 for any free one (default: 9092).")
  private @Nullable Integer port;

  /** The port asked for, or Kafka's own. */
  int number() {
    return given().orElse(EmbeddedBroker.DEFAULT_PORT);
  }

  /** The port, when one was asked for. */
  OptionalInt given() {
    if (port == null) {
      return OptionalInt.empty();
    }
    if (port < 0 || port > HIGHEST) {
      throw new ParameterException(
          spec.commandLine(), "--port " + port + ", valid is 0 to " + HIGHEST);
    }
    return OptionalInt.of(port);
  }
}
