package dev.molstream.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code molstream model retire MODELID}. */
@Command(
    name = "retire",
    description = {
      "Drops a model that is not live: the services stop what they do for it, and an index-updater"
          + " deletes its embeddings, its bundle and at last its release."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is annotated
final class ModelRetireCommand implements Callable<Integer> {
  @Mixin private ReleasesOption releases;

  @Parameters(paramLabel = "MODELID", description = "The model.")
  private String modelId;

  @Override
  public Integer call() {
    releases.print(releases.with(models -> List.of(models.retire(modelId))));
    return 0;
  }
}
