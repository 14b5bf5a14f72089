package dev.molstream.cli;

import dev.molstream.dataset.Dataset;
import dev.molstream.demo.Learning;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.training.TrainedModel;
import dev.molstream.training.TrainingData;
import dev.molstream.training.evaluation.EvaluationSettings;
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

/** {@code molstream evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Foretells each user's last item among all items with a bundle, through the towers and the",
      "search that serve, and beside it by popularity, item-kNN and a Markov chain."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class EvaluateCommand implements Callable<Integer> {
  private enum Algorithm {
    EXACT,
    ADAPTIVE,
    AVERAGED
  }

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private DataOption data;

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      required = true,
      description = "The bundle's folder.")
  private Path bundle;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description = "exact (default), adaptive or averaged.")
  private Algorithm algorithm = Algorithm.EXACT;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      description = "Items that averaged scores in full (default: ${DEFAULT-VALUE}).")
  private int candidates = 2000;

  @Option(
      names = "--users",
      paramLabel = "N",
      description = "Of no more than so many users, evenly chosen (default: all).")
  private int users = Integer.MAX_VALUE;

  @Option(
      names = "--validation",
      description = "Foretell the validation items, to choose among models, not the test items.")
  private boolean validation;

  @Option(
      names = "--against",
      paramLabel = "BUNDLE",
      description = "Another bundle: by how much is the first one better?")
  private @Nullable Path against;

  @Override
  public Integer call() {
    requirePositive("--candidates", candidates);
    requirePositive("--users", users);
    ModelBundle model = ModelBundle.read(bundle);
    ModelBundle other = against == null ? null : ModelBundle.read(against);
    requireUnseen(model);
    if (other != null) {
      requireUnseen(other);
    }
    Dataset dataset = data.open();
    TrainingData events = dataset.toTrainingData();
    Learning learning =
        Learning.from(
            events, dataset.split(events), ProgressDisplay.onStderr(), InstantSource.system());
    EvaluationSettings settings = settings();
    Learning.Result result = learning.evaluate(model, settings);
    EvaluationReport report =
        new EvaluationReport(
            dataset.name(),
            events.itemCount(),
            result,
            other == null
                ? null
                : new EvaluationReport.Rival(
                    other.manifest().modelId(), learning.rank(other, settings)));
    report.print(spec.commandLine().getOut(), json.isOn);
    return 0;
  }

  private EvaluationSettings settings() {
    return new EvaluationSettings(
        search(),
        validation ? EvaluationSettings.TargetKind.VALIDATION : EvaluationSettings.TargetKind.TEST,
        users);
  }

  private void requireUnseen(ModelBundle model) {
    if (validation && TrainedModel.isRefitted(model)) {
      throw new ParameterException(
          spec.commandLine(),
          "--validation with a bundle that has learned from the validation items, valid is one"
              + " trained with --refit 0");
    }
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " " + value + ", valid is a number from 1");
    }
  }

  private SearchAlgorithm search() {
    return switch (algorithm) {
      case EXACT -> SearchAlgorithm.exact();
      case ADAPTIVE -> SearchAlgorithm.approximate();
      case AVERAGED -> SearchAlgorithm.averaged(candidates);
    };
  }
}
