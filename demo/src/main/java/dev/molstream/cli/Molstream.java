package dev.molstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.molstream.broker.PortInUseException;
import dev.molstream.dataset.InvalidDatasetException;
import dev.molstream.demo.NothingToRollBackException;
import dev.molstream.demo.StalledException;
import dev.molstream.model.InvalidBundleException;
import dev.molstream.service.CommandErrors;
import dev.molstream.stream.StreamAppCommand;
import dev.molstream.stream.UnusableTopicsException;
import dev.molstream.updater.IndexUpdaterCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The main class of {@code ./molstream}.
 *
 * <p>Exit status: 0 done, 1 failed, 2 bad arguments. An error of the user's is one line on stderr
 * that names the value and what is valid; a stack trace means a defect of ours.
 */
@Command(
    name = "molstream",
    description = "Real-time recommendations on Apache Kafka, ranked by a learned similarity.",
    subcommands = {
      DemoCommand.class,
      AnswersCommand.class,
      BrokerCommand.class,
      TopicsCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      ModelCommand.class,
      BenchCommand.class,
      ExperimentCommand.class,
      IndexUpdaterCommand.class,
      StreamAppCommand.class,
      ReplayCommand.class,
      LoadCommand.class,
      ResetCommand.class
    },
    mixinStandardHelpOptions = true,
    version = "molstream 0.1.0",
    synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli sets the spec
public final class Molstream implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      scope = ScopeType.INHERIT,
      description = "What Molstream logs to stderr: error, warn (default), info or debug.")
  void setLogLevel(Level level) {
    Logging.setLevel(level);
  }

  private Molstream() {}

  /** Runs the command and exits with its status. */
  public static void main(String[] arguments) {
    StandardError.restore();
    Logging.configure();
    // Titles are not ASCII, and terminals read UTF-8 also where the locale says nothing.
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    System.exit(run(out, System.err, arguments));
  }

  /** Runs one command line; the exit status is returned. */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    CommandLine command =
        new CommandLine(new Molstream())
            .setOut(new PrintWriter(out, true, UTF_8))
            .setErr(new PrintWriter(err, true, UTF_8))
            .setCaseInsensitiveEnumValuesAllowed(true);
    return CommandErrors.install(
            command,
            InvalidDatasetException.class,
            InvalidBundleException.class,
            UnusableTopicsException.class,
            PortInUseException.class,
            StalledException.class,
            NothingToRollBackException.class,
            KafkaException.class)
        .execute(arguments);
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "no command, valid is one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
