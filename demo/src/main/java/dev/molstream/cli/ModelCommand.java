package dev.molstream.cli;

import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code molstream model verify}. */
@Command(
    name = "model",
    description = "Checks model bundles.",
    subcommands = ModelCommand.Verify.class,
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specs
final class ModelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "no subcommand, valid is verify");
  }

  /** Reads a bundle, which verifies it. */
  @Command(
      name = "verify",
      description = "Checks a bundle's digests and shapes, and runs both towers once.",
      mixinStandardHelpOptions = true)
  static final class Verify implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private JsonOption json;

    @Parameters(paramLabel = "BUNDLE", description = "The bundle's folder.")
    private Path bundle;

    @Override
    public Integer call() {
      ModelManifest manifest = ModelBundle.read(bundle).manifest();
      if (json.isOn) {
        new JsonLines(spec.commandLine().getOut())
            .print(
                "bundle",
                "modelId",
                manifest.modelId(),
                "encoder",
                manifest.encoder(),
                "similarity",
                manifest.similarity(),
                "shape",
                manifest.shape().toString(),
                "maxHistory",
                manifest.maxHistory(),
                "created",
                manifest.created().toString(),
                "metrics",
                manifest.metrics());
      } else {
        spec.commandLine()
            .getOut()
            .printf(
                "%s is a valid bundle: model %s, %s with %s %s, histories of up to %d events%n",
                bundle,
                manifest.modelId(),
                manifest.encoder(),
                manifest.similarity(),
                manifest.shape(),
                manifest.maxHistory());
      }
      return 0;
    }
  }
}
