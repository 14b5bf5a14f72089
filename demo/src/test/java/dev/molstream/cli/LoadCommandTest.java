package dev.molstream.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code molstream load} against a real broker and a service that answers at once. */
class LoadCommandTest {
  private static final TopicCatalogue TOPICS = TopicCatalogue.of("load.");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path directory;

  @Test
  void saysHowManyRequestsWereAnsweredAndHowSoon() throws Exception {
    Path users = Files.writeString(directory.resolve("users.txt"), "anna\n\nbert\n");
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
      String[] load = {
        "load",
        "--bootstrap-server",
        broker.bootstrapServers(),
        "--topic-prefix",
        TOPICS.prefix(),
        "--users",
        users.toString(),
        "--rate",
        "50",
        "--duration",
        "1",
        "--json"
      };
      assertThat(run(load)).isEqualTo(1);
      assertThat(err.toString(UTF_8)).contains("topics are missing").hasLineCount(1);

      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
        TOPICS.create(admin, (short) 1);
      }
      try (Echo echo = new Echo(broker.bootstrapServers(), 1)) {
        assertThat(run(load)).isZero();
        assertThat(out.toString(UTF_8))
            .startsWith("{\"event\":\"load\",\"rate\":50,\"seconds\":1.0,\"requests\":50,")
            .contains("\"answered\":50,\"lost\":0,\"refused\":0,\"duplicated\":0,\"ok\":50,")
            .contains("\"p50Millis\":", "\"p99Millis\":", "\"p999Millis\":")
            .hasLineCount(1);
        assertThat(echo.users).containsExactlyInAnyOrder("anna", "bert");
      }
      out.reset();
      try (Echo echo = new Echo(broker.bootstrapServers(), 2)) {
        assertThat(run(load)).as("answered twice").isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("\"answered\":50,\"lost\":0");
        assertThat(out.toString(UTF_8)).contains("\"duplicated\":50");
        assertThat(echo.users).hasSize(2);
      }
    }
  }

  private int run(String... arguments) {
    return Molstream.run(
        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), arguments);
  }

  /** Answers every request, so many times. */
  private static final class Echo implements AutoCloseable {
    final Set<String> users = ConcurrentHashMap.newKeySet();
    private final int times;
    private final KafkaConsumer<String, RecommendationRequest> requests;
    private final KafkaProducer<String, Recommendations> answers;
    private final Thread thread;
    private volatile boolean closing;

    Echo(String bootstrapServers, int times) {
      this.times = times;
      requests =
          new KafkaConsumer<>(
              Map.of("bootstrap.servers", bootstrapServers),
              new StringDeserializer(),
              AvroSerde.of(RecommendationRequest.class).deserializer());
      answers =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
              new StringSerializer(),
              AvroSerde.of(Recommendations.class).serializer());
      List<TopicPartition> partitions =
          requests.partitionsFor(TOPICS.name(Topic.RECOMMENDATION_REQUESTS)).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      requests.assign(partitions);
      requests.seekToEnd(partitions);
      partitions.forEach(requests::position);
      thread = Thread.ofPlatform().daemon().start(this::serve);
    }

    private void serve() {
      while (!closing) {
        requests
            .poll(Duration.ofMillis(100))
            .forEach(
                record -> {
                  users.add(record.value().getUserId());
                  for (int i = 0; i < times; i++) {
                    var unused =
                        answers.send(
                            new ProducerRecord<>(
                                TOPICS.name(Topic.RECOMMENDATIONS),
                                record.key(),
                                Recommendations.newBuilder()
                                    .setRequestId(record.value().getRequestId())
                                    .setUserId(record.value().getUserId())
                                    .setStatus(RecommendationStatus.OK)
                                    .build()));
                  }
                });
      }
    }

    @Override
    public void close() throws InterruptedException {
      closing = true;
      thread.join();
      requests.close();
      answers.close();
    }
  }
}
