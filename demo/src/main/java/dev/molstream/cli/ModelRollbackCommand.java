package dev.molstream.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code molstream model rollback}. */
@Command(
    name = "rollback",
    description = {
      "Takes the model that was released last out of the traffic. The other live ones answer, or"
          + " else the one that did before it, which was kept ready."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is annotated
final class ModelRollbackCommand implements Callable<Integer> {
  @Mixin private ReleasesOption releases;

  @Option(
      names = "--to",
      paramLabel = "MODELID",
      description = "The model that is to answer all users (default: the one before).")
  private @Nullable String to;

  @Override
  public Integer call() {
    releases.print(releases.with(models -> models.rollBack(Optional.ofNullable(to))));
    return 0;
  }
}
