package dev.molstream.service;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import dev.molstream.schemas.RegistryAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.jspecify.annotations.Nullable;

/**
 * What every service is told. A service adds its own keys to {@link #definition} and keeps this as
 * a part of its own configuration record.
 *
 * @param bootstrapServers brokers to start from, host:port separated by commas
 * @param topicPrefix goes before every topic's name and the application id, may be empty
 * @param applicationId names the consumer group, the state directory and internal topics; prefix
 *     included
 * @param stateDirectory where state is kept between runs
 * @param modelBundle the folder of the one model bundle to use for good; null: models says which
 * @param httpHost address of the operations endpoint
 * @param httpPort its port, 0 for any free one
 * @param processingGuarantee at_least_once or exactly_once_v2
 * @param streamThreads Kafka Streams threads, at least 1
 * @param registry the schema registry, or null for Avro's single-object encoding
 * @param kafka settings passed to Kafka as they are
 */
public record ServiceConfig(
    String bootstrapServers,
    String topicPrefix,
    String applicationId,
    Path stateDirectory,
    @Nullable Path modelBundle,
    String httpHost,
    int httpPort,
    String processingGuarantee,
    int streamThreads,
    @Nullable RegistryAddress registry,
    Map<String, String> kafka) {
  private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
  private static final String TOPIC_PREFIX = "topic.prefix";
  private static final String APPLICATION_ID = "application.id";
  private static final String STATE_DIR = "state.dir";
  private static final String MODEL_BUNDLE = "model.bundle";
  private static final String HTTP_HOST = "http.host";
  private static final String HTTP_PORT = "http.port";
  private static final String PROCESSING_GUARANTEE = "processing.guarantee";
  private static final String STREAM_THREADS = "num.stream.threads";
  private static final String REGISTRY_URL = "schema.registry.url";
  private static final String REGISTRY_USER = "schema.registry.basic.auth.user.info";
  private static final String REGISTRY_REGISTER = "schema.registry.auto.register";

  /** At least once: after a crash, up to one commit interval of work is done again. */
  public static final String AT_LEAST_ONCE = "at_least_once";

  /** Exactly once: results are seen after their transaction has committed. */
  public static final String EXACTLY_ONCE = "exactly_once_v2";

  public ServiceConfig {
    kafka = Map.copyOf(kafka);
  }

  /** The keys every service has; a new object that the caller may add to. */
  public static ConfigDef definition(String applicationId, int httpPort) {
    return new ConfigDef()
        .define(
            BOOTSTRAP_SERVERS,
            Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            SettingRange.notBlank(),
            HIGH,
            "Kafka brokers to start from: host:port, separated by commas.")
        .define(
            MODEL_BUNDLE,
            Type.STRING,
            "",
            null,
            HIGH,
            "Folder of the one model bundle to use; empty: the models topic says which (molstream"
                + " model release).")
        .define(
            TOPIC_PREFIX,
            Type.STRING,
            "",
            SettingRange.matching(
                "[a-zA-Z0-9._-]{0,64}", "up to 64 letters, digits, '.', '_' and '-'"),
            MEDIUM,
            "Goes before the name of every topic and before the application id.")
        .define(
            APPLICATION_ID,
            Type.STRING,
            applicationId,
            SettingRange.matching(
                "[a-zA-Z0-9._-]{1,64}", "1 to 64 letters, digits, '.', '_' and '-'"),
            MEDIUM,
            "Names the consumer group, internal topics and state; the same for all instances.")
        .define(
            STATE_DIR,
            Type.STRING,
            "work/state",
            SettingRange.notBlank(),
            MEDIUM,
            "Where state is kept between runs. One process at a time.")
        .define(
            HTTP_HOST,
            Type.STRING,
            "127.0.0.1",
            SettingRange.notBlank(),
            MEDIUM,
            "Address that /metrics and /health listen on; 0.0.0.0 for all.")
        .define(
            HTTP_PORT,
            Type.INT,
            httpPort,
            SettingRange.between(0, 65535),
            MEDIUM,
            "Port of /metrics and /health; 0 takes any free one.")
        .define(
            PROCESSING_GUARANTEE,
            Type.STRING,
            AT_LEAST_ONCE,
            SettingRange.oneOf(AT_LEAST_ONCE, EXACTLY_ONCE),
            MEDIUM,
            "at_least_once is faster; exactly_once_v2 shows a result only once, after its commit.")
        .define(
            STREAM_THREADS,
            Type.INT,
            1,
            SettingRange.between(1, 64),
            LOW,
            "Kafka Streams threads; more than there are partitions idle.")
        .define(
            REGISTRY_URL,
            Type.STRING,
            "",
            SettingRange.matching(
                "(https?://[a-zA-Z0-9][a-zA-Z0-9._:/-]*(,(?!$)|$))*",
                "http:// or https:// URLs separated by commas, or empty"),
            MEDIUM,
            "A schema registry with Confluent's REST interface (Apicurio: end in /apis/ccompat/v7):"
                + " values are then written in the Confluent wire format, and both formats read."
                + " Empty: Avro's single-object encoding, no registry.")
        .define(
            REGISTRY_USER,
            Type.STRING,
            "",
            SettingRange.matching("|[^:]+:.*", "USER:PASSWORD, or empty"),
            LOW,
            "Basic authentication at the schema registry. Never logged.")
        .define(
            REGISTRY_REGISTER,
            Type.BOOLEAN,
            true,
            LOW,
            "Whether to put our schemas into the registry; false if someone else does.");
  }

  /** Reads the shared keys from settings made with {@link #definition}. */
  public static ServiceConfig of(Settings settings) {
    String prefix = settings.text(TOPIC_PREFIX);
    return new ServiceConfig(
        settings.text(BOOTSTRAP_SERVERS),
        prefix,
        prefix + settings.text(APPLICATION_ID),
        settings.path(STATE_DIR),
        settings.text(MODEL_BUNDLE).isBlank() ? null : settings.path(MODEL_BUNDLE),
        settings.text(HTTP_HOST),
        settings.integer(HTTP_PORT),
        settings.text(PROCESSING_GUARANTEE),
        settings.integer(STREAM_THREADS),
        registry(settings),
        settings.kafka());
  }

  private static @Nullable RegistryAddress registry(Settings settings) {
    String urls = settings.text(REGISTRY_URL);
    String user = settings.text(REGISTRY_USER);
    if (urls.isEmpty()) {
      return null;
    }
    return new RegistryAddress(
        Arrays.stream(urls.split(",")).map(URI::create).toList(),
        user.isEmpty() ? null : user,
        settings.flag(REGISTRY_REGISTER));
  }

  /** The same with {@code suffix} at the end of the application id. */
  public ServiceConfig withApplicationIdSuffix(String suffix) {
    return new ServiceConfig(
        bootstrapServers,
        topicPrefix,
        applicationId + suffix,
        stateDirectory,
        modelBundle,
        httpHost,
        httpPort,
        processingGuarantee,
        streamThreads,
        registry,
        kafka);
  }

  /** Where verified copies of released bundles are kept. */
  public Path modelDirectory() {
    return stateDirectory.resolve("models");
  }

  /** True for {@link #EXACTLY_ONCE}. */
  public boolean isExactlyOnce() {
    return processingGuarantee.equals(EXACTLY_ONCE);
  }

  /** Hides the values of secrets. */
  @Override
  public String toString() {
    return "%s at %s, topics %s*, state in %s, %s, %s, %d threads, kafka settings %s"
        .formatted(
            applicationId,
            bootstrapServers,
            topicPrefix,
            stateDirectory,
            modelBundle == null ? "models as released" : "bundle " + modelBundle,
            processingGuarantee,
            streamThreads,
            kafka.keySet());
  }
}
