package dev.molstream.cli;

import dev.molstream.service.InvalidConfigException;
import dev.molstream.service.Settings;
import dev.molstream.stream.StreamAppConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How the stream-app that is measured runs. */
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class AppOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--app-set",
      paramLabel = "KEY=VALUE",
      description = "One more setting of the stream-app; may be repeated.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--app-jvm",
      paramLabel = "FLAGS",
      description = "Flags of the stream-app's JVM, in one argument (default: ${DEFAULT-VALUE}).")
  private String flags = "-Xmx1g";

  /** Settings by key. */
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw invalid("--app-set " + assignment + ", valid is KEY=VALUE");
      }
      settings.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    requireKnown(settings);
    return settings;
  }

  /** Flags of its JVM. */
  List<String> flags() {
    List<String> all = List.of(flags.strip().split("\\s+"));
    if (!all.stream().allMatch(flag -> flag.startsWith("-"))) {
      throw invalid("--app-jvm \"" + flags + "\", valid are JVM flags such as \"-Xmx1g\"");
    }
    return all;
  }

  /** So that a misspelt key is found now, not when the stream-app has been started. */
  private void requireKnown(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("bootstrap.servers", "none");
    all.putIfAbsent("model.bundle", "none");
    try {
      StreamAppConfig.of(Settings.of(StreamAppConfig.definition(), all));
    } catch (InvalidConfigException e) {
      throw invalid("--app-set: " + e.getMessage());
    }
  }

  private ParameterException invalid(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
