package dev.molstream.cli;

import dev.molstream.dataset.Dataset;
import dev.molstream.demo.Learning;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.evaluation.ColdItems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code molstream train}. */
@Command(
    name = "train",
    description = "Learns a model bundle from a data set, and says how good it is.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private DataOption data;

  @Option(
      names = "--out",
      paramLabel = "BUNDLE",
      required = true,
      description = "The bundle's folder; a bundle that is there already is replaced.")
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything random (default: the recipe's).")
  private @Nullable Long seed;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description =
          "End within about so many minutes; each phase gets its share (default: the recipe's).")
  private @Nullable Integer minutes;

  @Option(
      names = "--shape",
      paramLabel = "PxPxd",
      converter = MixtureShape.Converter.class,
      description =
          "Query components x item components x their dimension, and x the cross gate's hidden"
              + " width if a fourth number is given (default: the recipe's).")
  private @Nullable MixtureShape shape;

  @Option(
      names = "--epochs",
      arity = "2",
      paramLabel = "N",
      description =
          "Epochs of the warm-up with equal gates, and of the mixture (default: the recipe's).")
  private int @Nullable [] epochs;

  @Option(
      names = "--hide-items",
      paramLabel = "SHARE",
      description =
          "Train without this share of the items, chosen at random, and see how the model ranks"
              + " them when they come later.")
  private @Nullable Double hideItems;

  @Override
  public Integer call() {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw invalid("--out " + out + ", valid is a folder or a path where there is nothing yet");
    }
    if (minutes != null && minutes < 1) {
      throw invalid("--minutes " + minutes + ", valid is a number from 1");
    }
    if (hideItems != null && !(hideItems > 0 && hideItems < 1)) {
      throw invalid("--hide-items " + hideItems + ", valid is a number between 0 and 1");
    }
    Dataset dataset = data.open();
    TrainingData training = dataset.toTrainingData();
    TrainingSettings recipe = TrainingSettings.quick(training);
    if (seed != null) {
      recipe = recipe.withSeed(seed);
    }
    if (shape != null) {
      recipe = shape.applyTo(recipe);
    }
    if (epochs != null) {
      if (epochs[0] < 0 || epochs[1] < 0 || epochs[0] + epochs[1] < 1) {
        throw invalid(
            "--epochs "
                + epochs[0]
                + " "
                + epochs[1]
                + ", valid are two numbers from 0, not both 0");
      }
      recipe = recipe.withEpochs(epochs[0], epochs[1]);
    }
    if (minutes != null) {
      recipe = recipe.withTimeBudget(Duration.ofMinutes(minutes));
    }
    ColdItems hidden =
        hideItems == null ? ColdItems.none() : ColdItems.choose(training, hideItems, recipe.seed());
    Learning.Result result =
        Learning.from(
                training,
                dataset.split(training),
                ProgressDisplay.onStderr(),
                InstantSource.system())
            .train(recipe, dataset.name(), out, hidden);
    EvaluationReport report =
        new EvaluationReport(dataset.name(), training.itemCount(), result, null);
    report.print(spec.commandLine().getOut(), json.isOn);
    return 0;
  }

  private ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
