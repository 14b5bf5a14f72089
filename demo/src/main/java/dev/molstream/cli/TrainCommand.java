package dev.molstream.cli;

import dev.molstream.dataset.Dataset;
import dev.molstream.dataset.StreamedDataset;
import dev.molstream.demo.Learning;
import dev.molstream.model.ModelBundle;
import dev.molstream.schemas.WireFormat;
import dev.molstream.training.LearnedWeights;
import dev.molstream.training.Split;
import dev.molstream.training.TrainedModel;
import dev.molstream.training.TrainingData;
import dev.molstream.training.TrainingSettings;
import dev.molstream.training.evaluation.ColdItems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
  @Mixin private ClusterOption cluster;
  @Mixin private FormatOption formatOption;
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

  @Option(
      names = "--from-kafka",
      description =
          "Learn from the topics item-updates and user-events as they are now, instead of --data.")
  private boolean fromKafka;

  @Option(
      names = "--resume",
      paramLabel = "BUNDLE",
      description =
          "Start from this bundle and learn from what came since it was trained, new items"
              + " included: a small part of a whole training.")
  private @Nullable Path resume;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "With --resume: what is newer than this is new, such as 2026-01-31T12:00:00Z (default:"
              + " the newest event the bundle learned from).")
  private @Nullable Instant since;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description =
          "Where training stands after every epoch. The same command goes on from it, and deletes"
              + " it when it is done (default: beside the bundle, its name with .checkpoint).")
  private @Nullable Path checkpoint;

  @Override
  public Integer call() {
    requireValid();
    Dataset dataset = fromKafka ? stream() : data.open();
    TrainingData training = dataset.toTrainingData();
    @Nullable ModelBundle known = resume == null ? null : ModelBundle.read(resume);
    TrainingSettings settings =
        known == null ? recipe.recipe(training) : recipe.fineTuning(training, known);
    Split split = dataset.split(training);
    ColdItems hidden =
        hideItems == null
            ? ColdItems.none()
            : ColdItems.choose(training, hideItems, settings.seed());
    Learning.Result result =
        Learning.from(training, split, ProgressDisplay.onStderr(), InstantSource.system())
            .train(
                settings,
                dataset.name(),
                out,
                hidden,
                checkpoint == null ? besideTheBundle() : checkpoint,
                known == null ? null : start(known, split, training));
    EvaluationReport report =
        new EvaluationReport(dataset.name(), training.itemCount(), result, null);
    report.print(spec.commandLine().getOut(), json.isOn);
    return 0;
  }

  private void requireValid() {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw invalid("--out " + out + ", valid is a folder or a path where there is nothing yet");
    }
    if (hideItems != null && !(hideItems > 0 && hideItems < 1)) {
      throw invalid("--hide-items " + hideItems + ", valid is a number between 0 and 1");
    }
    if (fromKafka && data.isGiven()) {
      throw invalid("--from-kafka and --data, valid is one of them");
    }
    if (since != null && resume == null) {
      throw invalid("--since " + since + " without --resume, valid is both");
    }
  }

  private Dataset stream() {
    cluster.connect().close();
    StreamedDataset dataset;
    try (WireFormat format = formatOption.open()) {
      dataset = StreamedDataset.read(cluster.bootstrapServers(), cluster.topics(), format);
    }
    StreamedDataset.Skipped skipped = dataset.skipped();
    spec.commandLine()
        .getErr()
        .printf(
            "%,d items and %,d events on the topics; passed over %,d unreadable records, %,d"
                + " repeated events and %,d on items that are not there%n",
            dataset.items().size(),
            dataset.eventCount(),
            skipped.unreadable(),
            skipped.repeated(),
            skipped.withoutItem());
    return dataset;
  }

  private Learning.Start start(ModelBundle known, Split split, TrainingData training) {
    long newSince = since == null ? TrainedModel.learnedUntil(known) : since.toEpochMilli();
    if (split.learnableUntil(training) <= newSince) {
      throw invalid(
          "--since "
              + Instant.ofEpochMilli(newSince)
              + ", valid is a time that learnable events came after");
    }
    return new Learning.Start(LearnedWeights.of(known), newSince);
  }

  private Path besideTheBundle() {
    Path folder = out.toAbsolutePath().normalize();
    return folder.resolveSibling(folder.getFileName() + ".checkpoint");
  }

  private ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
