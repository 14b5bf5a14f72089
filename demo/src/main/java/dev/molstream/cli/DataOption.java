package dev.molstream.cli;

import dev.molstream.dataset.Dataset;
import dev.molstream.dataset.GeneratedFilms;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --data}: which items, and what users did with them. */
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class DataOption {
  private static final long SEED = 1;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "A MovieLens folder (movies.dat and ratings.dat, or movies.csv and ratings.csv), or a "
              + "folder with train.txt and test.txt: a session a line, its id and its items. "
              + "Without it, the built-in data set.")
  private @Nullable Path folder;

  boolean isGiven() {
    return folder != null;
  }

  /** Opens the folder, or the built-in data set. */
  Dataset open() {
    if (folder == null) {
      return GeneratedFilms.of(SEED);
    }
    try {
      return Dataset.of(folder);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--data: " + e.getMessage(), e);
    }
  }
}
