package dev.molstream.cli;

import dev.molstream.dataset.Dataset;
import dev.molstream.demo.Learning;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.evaluation.ColdItems;
import java.nio.file.Files;
import java.nio.file.Path;
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
  @Mixin private RecipeOptions recipe;

  @Option(
      names = "--out",
      paramLabel = "BUNDLE",
      required = true,
      description = "The bundle's folder; a bundle that is there already is replaced.")
  private Path out;

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
    if (hideItems != null && !(hideItems > 0 && hideItems < 1)) {
      throw invalid("--hide-items " + hideItems + ", valid is a number between 0 and 1");
    }
    Dataset dataset = data.open();
    TrainingData training = dataset.toTrainingData();
    TrainingSettings settings = recipe.recipe(training);
    ColdItems hidden =
        hideItems == null
            ? ColdItems.none()
            : ColdItems.choose(training, hideItems, settings.seed());
    Learning.Result result =
        Learning.from(
                training,
                dataset.split(training),
                ProgressDisplay.onStderr(),
                InstantSource.system())
            .train(settings, dataset.name(), out, hidden);
    EvaluationReport report =
        new EvaluationReport(dataset.name(), training.itemCount(), result, null);
    report.print(spec.commandLine().getOut(), json.isOn);
    return 0;
  }

  private ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
