package dev.molstream.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsServiceTest {
  @TempDir Path state;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final DeadLetters deadLetters = DeadLetters.to("dead", registry, MockProducer::new);

  @Test
  void letsTheOperatorChangeWhatIsForSpeedAndNothingElse() {
    Map<String, Object> settings =
        StreamsService.settings(
            config(
                Map.of(
                    "kafka.commit.interval.ms", "500",
                    "kafka.security.protocol", "SSL",
                    "kafka.processing.exception.handler", "another")),
            deadLetters);

    assertThat(settings)
        .containsEntry("producer.linger.ms", 0)
        .containsEntry("consumer.fetch.max.bytes", 480 * 1024)
        .containsEntry("metric.reporters", "")
        .containsEntry("commit.interval.ms", "500")
        .containsEntry("security.protocol", "SSL")
        .containsEntry("processing.exception.handler", DeadLetterHandler.class)
        .containsEntry("application.id", "p.test");
  }

  @Test
  void commitsSoonWhenResultsWaitForTheCommit() {
    ServiceConfig config = config(Map.of("processing.guarantee", "exactly_once_v2"));

    assertThat(StreamsService.settings(config, deadLetters))
        .containsEntry(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 40)
        .containsEntry("producer.retry.backoff.ms", 5)
        .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, "exactly_once_v2");
  }

  @Test
  void isLiveAndNotReadyWhileNoBrokerAnswers() {
    Topology topology = new Topology().addSource("source", "in");
    StreamsService service =
        StreamsService.start(
            topology, StreamsService.settings(config(Map.of()), deadLetters), registry);
    try (service) {
      assertThat(service.broken()).isEmpty();
      assertThat(service.missing()).singleElement().asString().contains("not RUNNING");
    }
    assertThat(service.ended()).isCompletedWithValue(true);
  }

  private ServiceConfig config(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(more);
    all.put("bootstrap.servers", "127.0.0.1:1");
    all.put("model.bundle", "none");
    all.put("topic.prefix", "p.");
    all.put("state.dir", state.toString());
    return ServiceConfig.of(Settings.of(ServiceConfig.definition("test", 0), all));
  }
}
