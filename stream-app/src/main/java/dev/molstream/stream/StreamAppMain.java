package dev.molstream.stream;

import dev.molstream.model.InvalidBundleException;
import dev.molstream.service.CommandErrors;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;

/** The streaming application as a process of its own. */
public final class StreamAppMain {
  private StreamAppMain() {}

  public static void main(String[] arguments) {
    System.exit(
        CommandErrors.install(
                new CommandLine(new StreamAppCommand()),
                InvalidBundleException.class,
                UnusableTopicsException.class,
                KafkaException.class)
            .execute(arguments));
  }
}
