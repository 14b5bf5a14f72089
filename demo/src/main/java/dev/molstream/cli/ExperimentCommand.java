package dev.molstream.cli;

import dev.molstream.benchmark.Effort;
import dev.molstream.benchmark.InvalidBenchmarkException;
import dev.molstream.benchmark.Mixture;
import dev.molstream.benchmark.report.ReportPage;
import dev.molstream.benchmark.report.Row;
import dev.molstream.benchmark.report.Table;
import dev.molstream.dataset.Dataset;
import dev.molstream.demo.TemporaryDirectory;
import dev.molstream.experiment.Experiment;
import dev.molstream.experiment.ExperimentInputs;
import dev.molstream.experiment.ExperimentPage;
import dev.molstream.experiment.Experiments;
import dev.molstream.training.SimilarityKind;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code molstream experiment}. */
@Command(
    name = "experiment",
    description = {
      "Measures a claim of the paper behind Mixture-of-Logits (arXiv 2407.15462) anew:"
          + " universality,",
      "load-balancing, alpha, similarities, components, error-bounds or retrieval-scaling; and"
          + " what fine-tuning gives."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ExperimentCommand implements Callable<Integer> {
  private static final Set<String> ALWAYS =
      Set.of("--json", "--report", "--seed", "--log-level", "--help", "--version");

  @Spec private CommandSpec spec;
  @Mixin private JsonOption json;
  @Mixin private DataOption data;
  @Mixin private RecipeOptions recipe;

  @Parameters(paramLabel = "NAME", description = "Which experiment.")
  private String name;

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      description = "error-bounds: the model; without it, one is trained by the recipe.")
  private @Nullable Path bundle;

  @Option(
      names = "--shapes",
      paramLabel = "PxPxd",
      split = ",",
      converter = MixtureShape.Converter.class,
      description =
          "components, retrieval-scaling: which mixtures, as 1x1x64,4x4x32 (default: the"
              + " experiment's).")
  private List<MixtureShape> shapes = List.of();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description =
          "load-balancing, alpha, similarities, fine-tuning: train so often, each time with another"
              + " seed (default: ${DEFAULT-VALUE}).")
  private int seeds = 1;

  @Option(
      names = "--items",
      paramLabel = "N",
      description =
          "components, error-bounds, retrieval-scaling: items in the catalogue; those beyond the"
              + " data set's are mixtures of its items; universality: rows and columns of the"
              + " matrix (default: the experiment's).")
  private @Nullable Integer items;

  @Option(
      names = "--queries",
      paramLabel = "Q",
      description = "Users whose histories are searched for (default: the experiment's).")
  private @Nullable Integer queries;

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "Items a search asks for (default: the experiment's).")
  private @Nullable Integer k;

  @Option(
      names = "--random",
      description = "retrieval-scaling: models with random weights instead of trained ones.")
  private boolean random;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Also put the results into the page FILE, which ends in .md, between the experiment's"
              + " markers, and the chart into a folder of that name without .md.")
  private @Nullable Path report;

  @Override
  public Integer call() {
    try {
      return run();
    } catch (InvalidBenchmarkException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private int run() {
    Experiment experiment = Experiments.named(name);
    requireRead(experiment);
    requirePositive("--items", items);
    requirePositive("--queries", queries);
    requirePositive("--k", k);
    if (report != null && !ReportPage.isValidPath(report)) {
      throw invalid("--report " + report + ", valid is a path that ends in .md");
    }
    @Nullable ExperimentPage page = report == null ? null : ExperimentPage.at(report, experiment);
    Dataset dataset = data.open();
    TrainingData events = dataset.toTrainingData();
    TrainingSettings training = recipe.recipe(events).withoutRefit(); // they compare by validation
    if (experiment.trains() && training.similarity() == SimilarityKind.DOT) {
      throw invalid("--similarity dot, valid is mol: the experiment is about the mixture");
    }
    PrintWriter out = spec.commandLine().getOut();
    List<Row> rows = new ArrayList<>();
    try (TemporaryDirectory work = TemporaryDirectory.create()) {
      experiment.run(
          inputs(dataset, events, training, work),
          row -> {
            rows.add(row);
            if (json.isOn) {
              out.println(row.toJson());
            }
          });
    }
    if (!json.isOn) {
      out.println(Table.of(experiment.title(), experiment.columns(), rows).toText());
    }
    if (page != null) {
      page.write(commandLine(), dataset.name(), rows);
    }
    return 0;
  }

  private ExperimentInputs inputs(
      Dataset dataset, TrainingData events, TrainingSettings training, TemporaryDirectory work) {
    return new ExperimentInputs(
        events,
        dataset.split(events),
        training,
        bundle,
        random,
        shapes.stream().map(this::mixture).toList(),
        items == null ? 0 : items,
        queries == null ? 0 : queries,
        k == null ? 0 : k,
        seeds,
        recipe.isQuick() ? Effort.QUICK : Effort.THOROUGH,
        work.path(),
        ProgressDisplay.benchmarkOnStderr());
  }

  private Mixture mixture(MixtureShape shape) {
    try {
      return new Mixture(
          shape.queryComponents(),
          shape.itemComponents(),
          shape.componentDimension(),
          shape.gateHidden());
    } catch (IllegalArgumentException e) {
      throw invalid("--shapes " + shape + ": " + e.getMessage());
    }
  }

  /** Refuses an option that would change nothing. */
  private void requireRead(Experiment experiment) {
    Set<String> read = new HashSet<>(ALWAYS);
    read.addAll(experiment.options());
    if (experiment.trains()) {
      CommandSpec.forAnnotatedObject(recipe).options().stream()
          .map(OptionSpec::longestName)
          .forEach(read::add);
      read.remove("--refit"); // an experiment's models do not learn what they are chosen by
    }
    for (ArgSpec given : spec.commandLine().getParseResult().matchedArgs()) {
      if (given instanceof OptionSpec option && !read.contains(option.longestName())) {
        throw invalid(
            option.longestName()
                + " is not read by "
                + experiment.name()
                + ", valid are "
                + String.join(", ", read.stream().sorted().toList()));
      }
    }
  }

  private void requirePositive(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw invalid(option + " " + value + ", valid is a number from 1");
    }
  }

  private String commandLine() {
    return "./molstream "
        + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }

  private ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
