package dev.molstream.service;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** Pages of {@code docs/} that are made from the code; tests fail when a page is out of date. */
public final class ReferencePages {
  private ReferencePages() {}

  /** The page of all metrics. */
  public static String metrics() {
    return """
    # Metrics

    Made from the enum `MolstreamMetric`; a test fails when this page is out of date.
    Every series has the label `service`. Timers are histograms in seconds (`_bucket`, `_count`, `_sum`) with their recent maximum (`_max`).
    Beside these, `/metrics` has those of Kafka's clients and Kafka Streams (`kafka_…`) and of the JVM (`jvm_…`, `process_…`, `system_…`). With JMX nothing of Kafka's is registered, since that takes time whenever a model's feed starts; `kafka.metric.reporters=org.apache.kafka.common.metrics.JmxReporter` brings it back.

    | name | kind | labels | says |
    |---|---|---|---|
    """
        + Arrays.stream(MolstreamMetric.values())
            .map(
                metric ->
                    row(
                        code(metric.prometheusName()),
                        metric.kind().name().toLowerCase(Locale.ROOT),
                        metric.labels().stream()
                            .map(ReferencePages::code)
                            .collect(Collectors.joining(", ")),
                        metric.help()))
            .collect(Collectors.joining());
  }

  /** The page of one service's settings. */
  public static String settings(String service, ConfigDef definition) {
    return """
    # Settings of %1$s

    Made from the code; a test fails when this page is out of date.
    Later sources win: defaults, `--config FILE` (properties), the environment (`MOLSTREAM_TOPIC_PREFIX` is `topic.prefix`), `--set key=value`.
    Keys that begin with `kafka.` go to Kafka's clients and Kafka Streams without that prefix, such as `kafka.security.protocol`; in the environment, `MOLSTREAM_KAFKA_SECURITY_PROTOCOL`.
    Unknown keys are refused.

    | key | default | valid | says |
    |---|---|---|---|
    """
            .formatted(service)
        + definition.configKeys().values().stream()
            .sorted(
                Comparator.comparing((ConfigKey key) -> key.importance)
                    .thenComparing(key -> key.name))
            .map(
                key ->
                    row(
                        code(key.name),
                        key.hasDefault() ? code(String.valueOf(key.defaultValue)) : "required",
                        Settings.describe(key),
                        key.documentation))
            .collect(Collectors.joining());
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String code(String text) {
    return text.isEmpty() ? "(empty)" : "`" + text + "`";
  }
}
