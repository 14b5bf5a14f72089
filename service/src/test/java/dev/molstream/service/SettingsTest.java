package dev.molstream.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.schemas.RegistryAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final ConfigDef DEFINITION = ServiceConfig.definition("molstream-test", 8080);
  private static final Map<String, String> REQUIRED =
      Map.of("bootstrap.servers", "localhost:9092", "model.bundle", "bundle");

  @TempDir Path folder;

  @Test
  void takesTheLaterSourceWhereSeveralSetAKey() throws IOException {
    // given
    Path file = folder.resolve("service.properties");
    Files.writeString(
        file,
        """
        bootstrap.servers = file:1
        model.bundle = from-file
        topic.prefix = file.
        http.port = 1
        """);
    Map<String, String> environment =
        Map.of("MOLSTREAM_TOPIC_PREFIX", "environment.", "MOLSTREAM_HTTP_PORT", "2", "PATH", "x");

    // when
    Settings settings =
        Settings.load(DEFINITION, file, environment, List.of("http.port=3", "kafka.a=b=c"));

    // then
    ServiceConfig config = ServiceConfig.of(settings);
    assertThat(config.bootstrapServers()).isEqualTo("file:1");
    assertThat(config.topicPrefix()).isEqualTo("environment.");
    assertThat(config.applicationId()).isEqualTo("environment.molstream-test");
    assertThat(config.httpPort()).isEqualTo(3);
    assertThat(config.processingGuarantee()).isEqualTo("at_least_once");
    assertThat(config.kafka()).containsExactly(Map.entry("a", "b=c"));
  }

  @Test
  void passesTheEnvironmentOnToKafka() {
    Settings settings =
        Settings.load(
            DEFINITION, null, environment("MOLSTREAM_KAFKA_SASL_MECHANISM", "PLAIN"), List.of());

    assertThat(settings.kafka()).containsExactly(Map.entry("sasl.mechanism", "PLAIN"));
  }

  @Test
  void refusesAnUnknownKeyAndNamesTheNearest() {
    assertThatThrownBy(() -> with("topc.prefix", "x"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("unknown setting topc.prefix: did you mean topic.prefix?");
    assertThatThrownBy(
            () ->
                Settings.load(DEFINITION, null, environment("MOLSTREAM_HTTP_PROT", "1"), List.of()))
        .hasMessageContaining("unknown setting http.prot: did you mean http.port?");
  }

  @Test
  void refusesAValueOutOfRangeAndSaysWhatIsValid() {
    assertThatThrownBy(() -> with("http.port", "70000"))
        .hasMessage("http.port=70000 is not valid: must be a whole number, 0 to 65535");
    assertThatThrownBy(() -> with("http.port", "http"))
        .hasMessage("http.port=http is not valid: must be a whole number, 0 to 65535");
    assertThatThrownBy(() -> with("processing.guarantee", "never"))
        .hasMessage(
            "processing.guarantee=never is not valid: must be one of at_least_once,"
                + " exactly_once_v2");
  }

  @Test
  void refusesAMissingRequiredKey() {
    assertThatThrownBy(() -> Settings.of(DEFINITION, Map.of("model.bundle", "b")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("bootstrap.servers is not set");
  }

  @Test
  void refusesAKafkaKeyThatHasAKeyOfItsOwn() {
    assertThatThrownBy(() -> with("kafka.processing.guarantee", "at_least_once"))
        .hasMessage("unknown setting kafka.processing.guarantee: the key is processing.guarantee");
  }

  @Test
  void refusesAMissingFileAndAnAssignmentWithoutAValue() {
    Path absent = folder.resolve("absent.properties");
    assertThatThrownBy(() -> Settings.load(DEFINITION, absent, Map.of(), List.of()))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage("no such file: " + absent);
    assertThatThrownBy(() -> Settings.load(DEFINITION, null, REQUIRED, List.of("http.port")))
        .hasMessage("'http.port' is not an assignment: write key=value");
  }

  @Test
  void knowsTheSchemaRegistryItIsTold() {
    Map<String, String> given = new HashMap<>(REQUIRED);
    given.put("schema.registry.url", "http://a:8081,https://b/apis/ccompat/v7");
    given.put("schema.registry.basic.auth.user.info", "me:hunter2");

    ServiceConfig config = ServiceConfig.of(Settings.of(DEFINITION, given));

    assertThat(config.registry())
        .isEqualTo(
            new RegistryAddress(
                List.of(URI.create("http://a:8081"), URI.create("https://b/apis/ccompat/v7")),
                "me:hunter2",
                true));
    assertThat(Settings.of(DEFINITION, given).toString()).doesNotContain("hunter2");
    assertThat(String.valueOf(config.registry())).doesNotContain("hunter2");
    assertThat(ServiceConfig.of(Settings.of(DEFINITION, REQUIRED)).registry()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"registry:8081", "http://a,", "ftp://a", "http://me:pw@a", "http://"})
  void refusesWhatIsNoUrlOfARegistry(String url) {
    Map<String, String> given = new HashMap<>(REQUIRED);
    given.put("schema.registry.url", url);

    assertThatThrownBy(() -> Settings.of(DEFINITION, given))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("schema.registry.url")
        .hasMessageContaining("http://");
  }

  @Test
  void neverShowsASecret() {
    Settings settings =
        Settings.load(
            DEFINITION,
            null,
            environment("MOLSTREAM_KAFKA_SSL_KEYSTORE_PASSWORD", "hunter2"),
            List.of("kafka.consumer.sasl.jaas.config=hunter2"));

    assertThat(settings.toString()).contains("[hidden]").doesNotContain("hunter2");
    assertThat(ServiceConfig.of(settings).toString()).doesNotContain("hunter2");
  }

  private static Settings with(String name, String value) {
    Map<String, String> all = new HashMap<>(REQUIRED);
    all.put(name, value);
    return Settings.of(DEFINITION, all);
  }

  private static Map<String, String> environment(String name, String value) {
    return Map.of(
        "MOLSTREAM_BOOTSTRAP_SERVERS",
        "localhost:9092",
        "MOLSTREAM_MODEL_BUNDLE",
        "b",
        name,
        value);
  }
}
