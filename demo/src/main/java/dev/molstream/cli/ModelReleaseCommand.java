package dev.molstream.cli;

import dev.molstream.demo.Progress;
import dev.molstream.model.ModelBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code molstream model release BUNDLE}. */
@Command(
    name = "release",
    description = {
      "Verifies a bundle, uploads it and stages its model; waits until the catalogue is embedded"
          + " for it, and lets it answer.",
      "A model that is staged already is not uploaded again."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is annotated
final class ModelReleaseCommand implements Callable<Integer> {
  @Mixin private ReleasesOption releases;

  @Parameters(paramLabel = "BUNDLE", description = "The bundle's folder.")
  private Path bundle;

  @Option(
      names = "--share",
      paramLabel = "S",
      description =
          "Share of the users it answers, more than 0 and at most 1 (default: ${DEFAULT-VALUE})."
              + " The models that are live divide the rest; at 1 they are staged, to be rolled back"
              + " to.")
  private double share = 1;

  @Option(
      names = "--stage-only",
      description = "Stop when the catalogue is embedded: it answers nobody until it is released.")
  private boolean stageOnly;

  @Override
  public Integer call() {
    ModelBundle read = ModelBundle.read(bundle);
    String modelId = read.manifest().modelId();
    Progress progress = ProgressDisplay.onStderr();
    releases.print(
        releases.with(
            models -> {
              if (!stageOnly) {
                models.requireShare(modelId, share);
              }
              var staged = models.stage(read, progress);
              models.awaitEmbedded(modelId, progress);
              return stageOnly ? List.of(staged) : models.goLive(modelId, share);
            }));
    return 0;
  }
}
