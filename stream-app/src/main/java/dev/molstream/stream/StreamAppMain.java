package dev.molstream.stream;

import dev.molstream.model.InvalidBundleException;
import dev.molstream.service.CommandErrors;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;

/** The streaming application as a process. */
public final class StreamAppMain {
  private StreamAppMain() {}

  /** Ends with status 0 when told to end, 1 when it failed, 2 for bad arguments. */
  public static void main(String[] arguments) {
    System.exit(install(new CommandLine(new StreamAppCommand())).execute(arguments));
  }

  static CommandLine install(CommandLine command) {
    return CommandErrors.install(
        command, InvalidBundleException.class, UnusableTopicsException.class, KafkaException.class);
  }
}
