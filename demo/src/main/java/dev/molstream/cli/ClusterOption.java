package dev.molstream.cli;

import dev.molstream.schemas.TopicCatalogue;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which Kafka, and which topics there. */
@SuppressWarnings("NullAway.Init") // picocli sets the spec
final class ClusterOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description = "A broker to start from (default: ${DEFAULT-VALUE}).")
  private String bootstrapServers = "127.0.0.1:9092";

  @Option(
      names = "--topic-prefix",
      paramLabel = "PREFIX",
      description = "Goes before the name of every topic (default: none).")
  private String prefix = "";

  String bootstrapServers() {
    return bootstrapServers;
  }

  TopicCatalogue topics() {
    try {
      return TopicCatalogue.of(prefix);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--topic-prefix: " + e.getMessage(), e);
    }
  }

  /**
   * Checks that the topics are there.
   *
   * @throws KafkaException when one is not, or no broker answers
   */
  void requireTopics() {
    try (Admin admin = connect()) {
      if (topics().describe(admin).stream().anyMatch(topic -> !topic.exists())) {
        throw new KafkaException(
            "topics are missing at %s: create them with molstream topics create"
                .formatted(bootstrapServers));
      }
    }
  }

  /** An admin client of a cluster that answers. */
  Admin connect() {
    Admin admin;
    try {
      admin =
          Admin.create(
              Map.of(
                  AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                  AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                  AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000));
    } catch (KafkaException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--bootstrap-server \"" + bootstrapServers + "\", valid is HOST:PORT of a Kafka broker",
          e);
    }
    try {
      admin.describeCluster().nodes().get();
      return admin;
    } catch (ExecutionException e) {
      admin.close();
      throw new KafkaException(
          "no Kafka broker answers at " + bootstrapServers + ": start one, or say where it is", e);
    } catch (InterruptedException e) {
      admin.close();
      throw new InterruptException(e);
    }
  }
}
