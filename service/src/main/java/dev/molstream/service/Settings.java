package dev.molstream.service;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one service: every key of its definition with a valid value, and whatever is
 * meant for Kafka itself (keys that begin with {@code kafka.}, not checked here).
 *
 * <p>Later sources win: the definition's defaults, a properties file, the environment ({@code
 * MOLSTREAM_TOPIC_PREFIX} is {@code topic.prefix}, {@code MOLSTREAM_KAFKA_SASL_MECHANISM} is {@code
 * kafka.sasl.mechanism}), and assignments {@code key=value} of the command line. Immutable.
 */
public final class Settings {
  /** What keys for Kafka's clients and Kafka Streams begin with. */
  public static final String KAFKA_PREFIX = "kafka.";

  static final String MASK = "[hidden]";
  private static final String ENVIRONMENT_PREFIX = "MOLSTREAM_";
  private static final Pattern SECRET =
      Pattern.compile(".*(password|jaas\\.config|ssl\\.keystore\\.key|secret|token|user\\.info)$");

  private final Map<String, Object> values;
  private final Map<String, String> kafka;

  private Settings(Map<String, Object> values, Map<String, String> kafka) {
    this.values = values;
    this.kafka = kafka;
  }

  /**
   * Checks {@code given} against the definition; keys left out take their defaults.
   *
   * @throws InvalidConfigException naming the first key that is unknown, missing or out of range
   */
  public static Settings of(ConfigDef definition, Map<String, String> given) {
    Map<String, String> kafka = new TreeMap<>();
    Map<String, String> own = new TreeMap<>();
    given.forEach(
        (name, value) -> {
          if (name.startsWith(KAFKA_PREFIX)) {
            kafka.put(kafkaName(definition, name), value);
          } else {
            own.put(SettingNames.requireKnown(definition.names(), name), value);
          }
        });
    Map<String, Object> values = new LinkedHashMap<>();
    for (ConfigKey key : definition.configKeys().values()) {
      values.put(key.name, parse(key, own.get(key.name)));
    }
    return new Settings(values, Map.copyOf(kafka));
  }

  /**
   * Reads all sources.
   *
   * @param file a properties file, or null for none
   * @param environment as {@link System#getenv()} has it
   * @param assignments {@code key=value} each
   * @throws InvalidConfigException as {@link #of}, and when the file cannot be read
   */
  public static Settings load(
      ConfigDef definition,
      @Nullable Path file,
      Map<String, String> environment,
      List<String> assignments) {
    Map<String, String> merged = new LinkedHashMap<>();
    if (file != null) {
      merged.putAll(read(file));
    }
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(ENVIRONMENT_PREFIX)) {
            merged.put(keyOf(name), value);
          }
        });
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw new InvalidConfigException(
            "'" + assignment + "' is not an assignment: write key=value");
      }
      merged.put(assignment.substring(0, equals).strip(), assignment.substring(equals + 1).strip());
    }
    return of(definition, merged);
  }

  /** The value of a text setting. */
  public String text(String name) {
    return (String) value(name);
  }

  /** The value of an INT setting. */
  public int integer(String name) {
    return (Integer) value(name);
  }

  /** The value of a LONG setting. */
  public long longInteger(String name) {
    return (Long) value(name);
  }

  /** The value of a BOOLEAN setting. */
  public boolean flag(String name) {
    return (Boolean) value(name);
  }

  /** A text setting as a path. */
  public Path path(String name) {
    return Path.of(text(name));
  }

  /** What goes to Kafka unchanged, without the prefix. */
  public Map<String, String> kafka() {
    return kafka;
  }

  /** All settings, one {@code key=value} per line, the values of secrets hidden. */
  @Override
  public String toString() {
    Map<String, Object> all = new TreeMap<>(values);
    kafka.forEach((name, value) -> all.put(KAFKA_PREFIX + name, value));
    StringBuilder text = new StringBuilder();
    all.forEach(
        (name, value) ->
            text.append(name)
                .append('=')
                .append(isSecret(name) ? MASK : value)
                .append(System.lineSeparator()));
    return text.toString();
  }

  /** True when the value of this key must never be shown. */
  static boolean isSecret(String name) {
    return SECRET.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("setting " + name + " is not defined");
    }
    return value;
  }

  private static Object parse(ConfigKey key, @Nullable String given) {
    Object value;
    if (given == null) {
      if (key.defaultValue == ConfigDef.NO_DEFAULT_VALUE) {
        throw new InvalidConfigException(
            key.name + " is not set, and has no default: " + key.documentation);
      }
      value = key.defaultValue;
    } else {
      try {
        value = ConfigDef.parseType(key.name, given.strip(), key.type);
      } catch (ConfigException notOfType) {
        throw InvalidConfigException.of(key.name, given, "must be " + describe(key));
      }
    }
    if (key.validator != null) {
      try {
        key.validator.ensureValid(key.name, value);
      } catch (ConfigException outOfRange) {
        throw InvalidConfigException.of(key.name, value, "must be " + describe(key));
      }
    }
    return value;
  }

  /** Type and range of a setting, in words. */
  static String describe(ConfigKey key) {
    if (key.validator != null) {
      return key.validator.toString();
    }
    return switch (key.type) {
      case INT, LONG, SHORT -> "a whole number";
      case DOUBLE -> "a number";
      case BOOLEAN -> "true or false";
      case STRING, PASSWORD, LIST, CLASS -> "text";
    };
  }

  // What has a key of its own is not taken a second way: one of the two would silently lose.
  private static String kafkaName(ConfigDef definition, String name) {
    String kafkaName = name.substring(KAFKA_PREFIX.length());
    if (kafkaName.isEmpty() || definition.names().contains(kafkaName)) {
      throw new InvalidConfigException(
          "unknown setting "
              + name
              + ": the key is "
              + (kafkaName.isEmpty() ? "empty" : kafkaName));
    }
    return kafkaName;
  }

  private static String keyOf(String environmentName) {
    return environmentName
        .substring(ENVIRONMENT_PREFIX.length())
        .toLowerCase(Locale.ROOT)
        .replace('_', '.');
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (NoSuchFileException absent) {
      throw new InvalidConfigException("no such file: " + file);
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new InvalidConfigException(
          file + " is not a properties file in UTF-8: " + unreadable.getMessage());
    }
    Map<String, String> values = new TreeMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> values.put(name, properties.getProperty(name)));
    return values;
  }
}
