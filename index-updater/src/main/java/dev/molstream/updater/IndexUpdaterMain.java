package dev.molstream.updater;

import dev.molstream.model.InvalidBundleException;
import dev.molstream.service.CommandErrors;
import picocli.CommandLine;

/** The index-updater as a process. */
public final class IndexUpdaterMain {
  private IndexUpdaterMain() {}

  /** Ends with status 0 when told to end, 1 when it failed, 2 for bad arguments. */
  public static void main(String[] arguments) {
    CommandLine command = new CommandLine(new IndexUpdaterCommand());
    System.exit(CommandErrors.install(command, InvalidBundleException.class).execute(arguments));
  }
}
