package dev.molstream.service;

import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** How commands end when something is wrong: one line on stderr, status 2 or 1. */
public final class CommandErrors {
  /** Exit status for bad arguments and bad settings. */
  public static final int BAD_ARGUMENTS = 2;

  /** Exit status for everything else that fails. */
  public static final int FAILED = 1;

  private static final Logger LOG = LoggerFactory.getLogger(CommandErrors.class);

  private CommandErrors() {}

  /**
   * Installs the handlers on {@code command} and all its subcommands.
   *
   * @param expected exceptions whose message says it all; others are logged with their stack trace
   * @return {@code command}
   */
  @SafeVarargs
  public static CommandLine install(CommandLine command, Class<? extends Exception>... expected) {
    List<Class<? extends Exception>> known = List.of(expected);
    command.setParameterExceptionHandler(
        (error, arguments) -> report(error.getCommandLine(), error, BAD_ARGUMENTS));
    command.setExecutionExceptionHandler(
        (error, failed, arguments) -> {
          if (error instanceof InvalidConfigException) {
            return report(failed, error, BAD_ARGUMENTS);
          }
          if (known.stream().noneMatch(type -> type.isInstance(error))) {
            LOG.error("unexpected", error);
          }
          return report(failed, error, FAILED);
        });
    return command;
  }

  private static int report(CommandLine command, Exception error, int status) {
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    Set<String> subcommands = command.getSubcommands().keySet();
    if (error instanceof UnmatchedArgumentException && !subcommands.isEmpty()) {
      message += "; valid is one of " + String.join(", ", subcommands);
    }
    command
        .getErr()
        .println(
            command.getCommandSpec().qualifiedName()
                + ": "
                + message.replaceAll("\\s*\\R\\s*", " "));
    return status;
  }
}
