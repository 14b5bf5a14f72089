package dev.molstream.cli;

import dev.molstream.bench.ServedSettings;
import dev.molstream.dataset.Dataset;
import dev.molstream.service.ServiceConfig;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is served while it is measured. */
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class ServedOptions {
  private static final Set<String> GUARANTEES =
      new TreeSet<>(Set.of(ServiceConfig.AT_LEAST_ONCE, ServiceConfig.EXACTLY_ONCE));
  private static final Set<String> PROTOCOLS = new TreeSet<>(Set.of("classic", "streams"));
  private static final int MOST_THREADS = 64;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--bundle",
      paramLabel = "BUNDLE",
      description = "The model; without it, one is trained on the data for about a minute.")
  private @Nullable Path bundle;

  @Option(
      names = "--guarantee",
      paramLabel = "G",
      description = "at_least_once (default) or exactly_once_v2.")
  private String guarantee = ServiceConfig.AT_LEAST_ONCE;

  @Option(
      names = "--stream-threads",
      paramLabel = "N",
      description = "Kafka Streams threads of the stream-app (default: ${DEFAULT-VALUE}).")
  private int streamThreads = 1;

  @Option(
      names = "--group-protocol",
      paramLabel = "P",
      description = "classic (default) or streams.")
  private String groupProtocol = "classic";

  /** Checks and reads them. */
  ServedSettings settings(DataOption data, AppOptions app) {
    requireOneOf("--guarantee", guarantee, GUARANTEES);
    requireOneOf("--group-protocol", groupProtocol, PROTOCOLS);
    Range.require(spec, "--stream-threads", streamThreads, 1, MOST_THREADS);
    Dataset dataset = data.open();
    return new ServedSettings(
        dataset, bundle, guarantee, streamThreads, groupProtocol, app.settings(), app.flags());
  }

  private void requireOneOf(String option, String value, Set<String> valid) {
    if (!valid.contains(value)) {
      throw new ParameterException(
          spec.commandLine(), option + " " + value + ", valid is " + String.join(" or ", valid));
    }
  }
}
