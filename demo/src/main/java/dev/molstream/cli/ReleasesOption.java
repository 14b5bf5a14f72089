package dev.molstream.cli;

import dev.molstream.demo.Releases;
import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.schemas.TopicState;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whose releases, and how they are printed. */
@SuppressWarnings("NullAway.Init") // picocli sets what is annotated
final class ReleasesOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private ClusterOption cluster;
  @Mixin private JsonOption json;

  @Option(
      names = "--index-updater-id",
      paramLabel = "ID",
      description = "application.id of the index-updaters (default: ${DEFAULT-VALUE}).")
  private String updater = Releases.INDEX_UPDATER;

  /** Runs a step; what it finds wrong with the arguments is an error of the user's. */
  <T> T with(Function<Releases, T> step) {
    TopicCatalogue topics = cluster.topics();
    try (Admin admin = cluster.connect()) {
      List<String> missing =
          topics.describe(admin).stream()
              .filter(state -> !state.exists())
              .filter(
                  state ->
                      List.of(Topic.MODELS, Topic.MODEL_BUNDLES, Topic.ITEM_UPDATES)
                          .contains(state.topic()))
              .map(TopicState::name)
              .toList();
      if (!missing.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "topics " + missing + " do not exist: molstream topics create");
      }
    }
    try (Releases releases =
        Releases.connect(cluster.bootstrapServers(), topics, updater, InstantSource.system())) {
      return step.apply(releases);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Prints releases as they were written. */
  void print(List<ModelRelease> written) {
    PrintWriter out = spec.commandLine().getOut();
    for (ModelRelease release : written) {
      if (json.isOn) {
        new JsonLines(out)
            .print(
                "release",
                "modelId",
                release.getModelId(),
                "state",
                release.getState().name(),
                "share",
                release.getTrafficShare());
      } else {
        out.printf(Locale.ROOT, "%s is %s%n", release.getModelId(), words(release));
      }
    }
  }

  boolean isJson() {
    return json.isOn;
  }

  private static String words(ModelRelease release) {
    return switch (release.getState()) {
      case LIVE ->
          String.format(
              Locale.ROOT, "LIVE for %.1f %% of the users", 100 * release.getTrafficShare());
      case STAGED -> "STAGED: kept ready, answers nobody";
      case RETIRED -> "RETIRED: being deleted";
    };
  }
}
