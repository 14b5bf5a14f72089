package dev.molstream.cli;

import dev.molstream.dataset.Dataset;
import dev.molstream.demo.Learning;
import dev.molstream.model.ModelBundle;
import dev.molstream.retrieval.SearchAlgorithm;
import dev.molstream.training.TrainingData;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Callable;
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
      "Ranks every user's last item in the whole catalogue, seen items left out,",
      "through the towers and the search that serve."
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

  @Override
  public Integer call() {
    if (candidates < 1) {
      throw new ParameterException(
          spec.commandLine(), "--candidates " + candidates + ", valid is a number from 1");
    }
    ModelBundle model = ModelBundle.read(bundle);
    Dataset dataset = data.open();
    TrainingData events = dataset.toTrainingData();
    Learning.Result result =
        Learning.from(events, ProgressDisplay.onStderr(), InstantSource.system())
            .evaluate(model, search());
    EvaluationReport report =
        new EvaluationReport(
            dataset.name(), events.itemCount(), algorithm.name().toLowerCase(Locale.ROOT), result);
    report.print(spec.commandLine().getOut(), json.isOn);
    return 0;
  }

  private SearchAlgorithm search() {
    return switch (algorithm) {
      case EXACT -> SearchAlgorithm.exact();
      case ADAPTIVE -> SearchAlgorithm.approximate();
      case AVERAGED -> SearchAlgorithm.averaged(candidates);
    };
  }
}
