package dev.molstream.demo;

import java.nio.file.Path;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/** The same on the Kafka that Apache publishes as an image; skipped where there is no Docker. */
@Testcontainers(disabledWithoutDocker = true)
class ContainerSystemTest extends SystemScenario {
  private final KafkaContainer kafka = new KafkaContainer("apache/kafka:4.3.1");

  @Override
  String startKafka(Path directory) {
    kafka.start();
    return kafka.getBootstrapServers();
  }

  @Override
  void stopKafka() {
    kafka.stop();
  }
}
