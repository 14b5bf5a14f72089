package dev.molstream.cli;

import dev.molstream.demo.ScoreComparison;
import dev.molstream.model.InvalidBundleException;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.ModelManifest;
import dev.molstream.model.ScoreExamples;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code molstream model verify|release|rollback|retire|list}. */
@Command(
    name = "model",
    description = "Checks model bundles, and releases them to the running services.",
    subcommands = {
      ModelCommand.Verify.class,
      ModelReleaseCommand.class,
      ModelRollbackCommand.class,
      ModelRetireCommand.class,
      ModelListCommand.class
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specs
final class ModelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "no subcommand, valid is one of " + String.join(", ", spec.subcommands().keySet()));
  }

  /** Reads a bundle, which verifies it. */
  @Command(
      name = "verify",
      description = {
        "Checks a bundle's digests and shapes, and what both towers give for the ends of",
        "what they may be asked."
      },
      mixinStandardHelpOptions = true)
  static final class Verify implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private JsonOption json;

    @Parameters(paramLabel = "BUNDLE", description = "The bundle's folder.")
    private Path bundle;

    @Option(
        names = "--examples",
        paramLabel = "FILE",
        description = {
          "Scores the model gave where it was made, as JSON, which the bundle must repeat",
          "(docs/bring-your-own-model.md)."
        })
    private @Nullable Path examples;

    @Override
    public Integer call() {
      ModelBundle read = ModelBundle.read(bundle);
      ScoreComparison compared = compared(read);
      if (json.isOn) {
        printJson(read, compared);
      } else {
        printText(read, compared);
      }
      return 0;
    }

    private @Nullable ScoreComparison compared(ModelBundle read) {
      if (examples == null) {
        return null;
      }
      ScoreExamples expected = ScoreExamples.read(examples);
      try {
        return ScoreComparison.of(read, expected);
      } catch (InvalidBundleException e) {
        throw new InvalidBundleException(examples + ": " + e.getMessage(), e);
      }
    }

    private void printJson(ModelBundle read, @Nullable ScoreComparison compared) {
      ModelManifest manifest = read.manifest();
      List<Object> fields =
          new ArrayList<>(
              List.of(
                  "sha256",
                  read.sha256(),
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
                  "trainedItems",
                  read.trainedItemIds().size(),
                  "created",
                  manifest.created().toString(),
                  "metrics",
                  manifest.metrics()));
      if (compared != null) {
        fields.addAll(
            List.of(
                "exampleQueries",
                compared.queries(),
                "exampleScores",
                compared.scores(),
                "largestDifference",
                compared.largestDifference()));
      }
      new JsonLines(spec.commandLine().getOut()).print("bundle", fields.toArray());
    }

    private void printText(ModelBundle read, @Nullable ScoreComparison compared) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf("%s is a valid bundle. %s%n", bundle, read.summary());
      if (compared != null) {
        out.printf(
            Locale.ROOT,
            "%,d scores of %,d queries in %s are the same here, to within %.1e.%n",
            compared.scores(),
            compared.queries(),
            examples,
            compared.largestDifference());
      }
    }
  }
}
