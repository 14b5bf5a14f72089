package dev.molstream.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a service command: a mixin. */
public final class SettingOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file with settings; the environment and --set win over it.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting; may be repeated. Keys: docs/configuration-*.md.")
  private List<String> assignments = new ArrayList<>();

  /** Reads settings from the file, this process' environment and the assignments. */
  public Settings load(ConfigDef definition) {
    return Settings.load(definition, file, System.getenv(), assignments);
  }
}
