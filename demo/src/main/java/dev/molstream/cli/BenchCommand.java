package dev.molstream.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code molstream bench}. */
@Command(
    name = "bench",
    description = "Measures Molstream on this machine.",
    subcommands = {
      BenchRetrievalCommand.class,
      BenchStreamCommand.class,
      BenchFreshnessCommand.class,
      BenchReadYourWritesCommand.class,
      BenchRestartCommand.class,
      BenchSwapCommand.class,
      BenchShardedCommand.class
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "no subcommand, valid is " + String.join(", ", spec.subcommands().keySet()));
  }
}
