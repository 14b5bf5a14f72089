package dev.molstream.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Which numbers an option takes. */
final class Range {
  private Range() {}

  /**
   * Checks an option's value.
   *
   * @throws ParameterException in one line that names the option and what is valid
   */
  static void require(CommandSpec spec, String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          "%s %d, valid is a number from %d to %d".formatted(option, value, least, most));
    }
  }
}
