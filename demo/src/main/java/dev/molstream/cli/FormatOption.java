package dev.molstream.cli;

import dev.molstream.schemas.RegistryAddress;
import dev.molstream.schemas.WireFormat;
import java.net.URI;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How the values on the topics are written. */
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class FormatOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      split = ",",
      description =
          "A schema registry with Confluent's REST interface: values are then in the Confluent wire"
              + " format (default: none). Basic authentication: USER:PASSWORD in the environment"
              + " variable MOLSTREAM_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO.")
  private List<URI> registry = List.of();

  /** The format, for the caller to close. */
  WireFormat open() {
    if (registry.isEmpty()) {
      return WireFormat.singleObject();
    }
    String userInfo = System.getenv("MOLSTREAM_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO");
    try {
      return WireFormat.of(new RegistryAddress(registry, userInfo, true));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--schema-registry: " + e.getMessage(), e);
    }
  }
}
