package dev.molstream.cli;

import dev.molstream.broker.EmbeddedBroker;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --port}: where the embedded broker listens. */
final class PortOption {
  private static final int HIGHEST = 65535;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = Port.class,
      description = "Port of the broker on 127.0.0.1, 0 for any free one (default: 9092).")
  private @Nullable Integer port;

  /** The port asked for, or Kafka's own. */
  int number() {
    return given().orElse(EmbeddedBroker.DEFAULT_PORT);
  }

  /** The port, when one was asked for. */
  OptionalInt given() {
    return port == null ? OptionalInt.empty() : OptionalInt.of(port);
  }

  /** Made by picocli. */
  static final class Port implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      if (value.matches("\\d{1,5}") && Integer.parseInt(value) <= HIGHEST) {
        return Integer.valueOf(value);
      }
      throw new TypeConversionException("'" + value + "', valid is 0 to " + HIGHEST);
    }
  }
}
