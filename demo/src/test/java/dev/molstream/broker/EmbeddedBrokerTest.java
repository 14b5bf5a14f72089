package dev.molstream.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  private static final TopicPartition FILMS = new TopicPartition("films", 0);

  @TempDir Path directory;

  @Test
  void keepsItsRecordsOverARestartOnTheSameDirectoryAndPort() throws Exception {
    int port;
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
      port = broker.port();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
        admin.createTopics(List.of(new NewTopic("films", 1, (short) 1))).all().get();
      }
      produce(broker, "Heat (1995)");
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, port)) {
      produce(broker, "Ronin (1998)");

      assertThat(broker.port()).isEqualTo(port);
      assertThat(consume(broker, 2)).containsExactly("Heat (1995)", "Ronin (1998)");
    }
  }

  @Test
  void namesThePortThatIsTaken() {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("first"), 0)) {
      assertThatThrownBy(() -> EmbeddedBroker.start(directory.resolve("second"), broker.port()))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining("port " + broker.port())
          .hasMessageContaining("choose another");
    }
  }

  @Test
  void refusesToStartOnAVirtualThread() throws Exception {
    Throwable[] thrown = new Throwable[1];
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                EmbeddedBroker.start(directory, 0).close();
              } catch (IllegalStateException e) {
                thrown[0] = e;
              }
            })
        .join();
    assertThat(thrown[0]).hasMessageContaining("platform thread");
  }

  private static void produce(EmbeddedBroker broker, String value) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<byte[], byte[]>("films", value.getBytes(UTF_8))).get();
    }
  }

  private static List<String> consume(EmbeddedBroker broker, int count) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(FILMS));
      consumer.seekToBeginning(List.of(FILMS));
      List<String> values = new ArrayList<>();
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (values.size() < count && System.nanoTime() < end) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(r -> values.add(new String(r.value(), UTF_8)));
      }
      return values;
    }
  }
}
