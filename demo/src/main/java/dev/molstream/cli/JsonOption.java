package dev.molstream.cli;

import picocli.CommandLine.Option;

/** {@code --json}, of every command that has results. */
final class JsonOption {
  @Option(
      names = "--json",
      description = "Print results as JSON, one object per line; everything else goes to stderr.")
  boolean isOn;
}
