package dev.molstream.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.requestreply.ReplyingKafkaTemplate;

/** Clients that are not ours: Spring Kafka, Node (docs/clients/node) and kcat (docs/clients). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutsideClientsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String REPLIES = "replies";
  private static final String OTHER_TOPIC = "not-for-replies";
  private static final String CORRELATION = "kafka_correlationId";

  private @Nullable EmbeddedBroker broker;
  private LivingSystem system;
  private String bootstrapServers;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    EmbeddedBroker started = EmbeddedBroker.start(directory.resolve("kafka"), 0);
    broker = started;
    bootstrapServers = started.bootstrapServers();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createTopics(
              List.of(new NewTopic(REPLIES, 2, (short) 1), new NewTopic(OTHER_TOPIC, 2, (short) 1)))
          .all()
          .get();
    }
    system = LivingSystem.start(bootstrapServers, directory, Map.of("reply.topics", REPLIES));
  }

  @AfterAll
  void stop() {
    if (system != null) {
      system.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void answersSpringsReplyingKafkaTemplateOnItsReplyTopic() throws Exception {
    try (Asking spring = new Asking(REPLIES)) {
      for (int viewer = 1; viewer <= 5; viewer++) {
        ConsumerRecord<String, Recommendations> reply =
            spring.ask("spring-" + viewer, "u" + viewer);

        assertThat(reply.topic()).isEqualTo(REPLIES);
        assertThat(reply.key()).isEqualTo("u" + viewer);
        assertThat(reply.value().getRequestId()).isEqualTo("spring-" + viewer);
        assertThat(reply.value().getStatus()).isEqualTo(RecommendationStatus.OK);
        assertThat(reply.value().getItems()).hasSize(3);
      }
    }
    assertThat(answersOnTheStandardTopic())
        .noneMatch(answer -> answer.value().getRequestId().startsWith("spring-"));
  }

  @Test
  void answersOnTheStandardTopicWhenTheReplyTopicIsNotAllowed() {
    try (Asking spring = new Asking(OTHER_TOPIC)) {
      byte[] correlation = spring.send("not-allowed", "u1");

      ConsumerRecord<String, Recommendations> answer =
          await()
              .atMost(PATIENCE)
              .until(
                  () ->
                      answersOnTheStandardTopic().stream()
                          .filter(a -> a.value().getRequestId().equals("not-allowed"))
                          .findFirst(),
                  Optional::isPresent)
              .orElseThrow();
      assertThat(answer.headers().lastHeader(CORRELATION).value()).isEqualTo(correlation);
    }
    assertThat(system.read(OTHER_TOPIC)).isEmpty();
  }

  @Test
  void answersTheNodeExampleInAvroAndInJson(@TempDir Path directory) throws Exception {
    // given: a copy of the example with its libraries, where npm and its registry can be reached
    Path root = Path.of("..").toAbsolutePath().normalize();
    Path example = directory.resolve("docs/clients/node");
    Files.createDirectories(example);
    for (String file :
        List.of("package.json", "package-lock.json", "client.js", "single-object.js")) {
      Files.copy(root.resolve("docs/clients/node").resolve(file), example.resolve(file));
    }
    Path schemas = directory.resolve("schemas/src/main");
    Files.createDirectories(schemas);
    Files.createSymbolicLink(schemas.resolve("avro"), root.resolve("schemas/src/main/avro"));
    assumeTrue(
        Program.run(example, Map.of(), "", "npm", "ci", "--silent", "--fetch-retries=0").isDone(),
        "npm ci works here");

    // when
    Program node =
        Program.run(
            example,
            Map.of("KAFKA_BROKERS", bootstrapServers),
            "",
            "node",
            "client.js",
            "u6",
            "f1");

    // then
    assertThat(node.isDone()).as(node.output()).isTrue();
    List<JsonNode> answers = node.output().lines().map(OutsideClientsTest::json).toList();
    assertThat(answers)
        .extracting(answer -> answer.path("format").asText())
        .containsExactly("avro", "json");
    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.path("status").asText()).isEqualTo("OK");
              assertThat(answer.path("items")).hasSize(5);
              assertThat(answer.path("items").toString()).doesNotContain("\"f1\"");
            });
  }

  @Test
  void talksJsonWithKcat(@TempDir Path directory) throws Exception {
    assumeTrue(Program.run(directory, Map.of(), "", "kcat", "-V").isDone(), "kcat is here");

    Program asked =
        kcat(
            directory,
            "{\"requestId\":\"by-kcat\",\"userId\":\"u7\",\"k\":4}",
            "-P -t recommendation-requests -k u7 -H content-type=application/json");

    assertThat(asked.isDone()).as(asked.output()).isTrue();
    JsonNode answer =
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    kcat(directory, "", "-C -t recommendations -o -1 -e -q")
                        .output()
                        .lines()
                        .filter(line -> line.contains("\"requestId\":\"by-kcat\""))
                        .findFirst(),
                Optional::isPresent)
            .map(OutsideClientsTest::json)
            .orElseThrow();
    assertThat(answer.path("status").asText()).isEqualTo("OK");
    assertThat(answer.path("items")).hasSize(4);
  }

  private Program kcat(Path directory, String input, String arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kcat", "-b", bootstrapServers));
    command.addAll(List.of(arguments.split(" ")));
    return Program.run(directory, Map.of(), input, command.toArray(String[]::new));
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError(line, e);
    }
  }

  private List<ConsumerRecord<String, Recommendations>> answersOnTheStandardTopic() {
    var values = AvroSerde.of(Recommendations.class).deserializer();
    return system.read(Topic.RECOMMENDATIONS).stream()
        .map(
            raw ->
                new ConsumerRecord<>(
                    raw.topic(),
                    raw.partition(),
                    raw.offset(),
                    raw.timestamp(),
                    raw.timestampType(),
                    raw.serializedKeySize(),
                    raw.serializedValueSize(),
                    raw.key() == null ? "" : new String(raw.key(), UTF_8),
                    Objects.requireNonNull(
                        values.deserialize(raw.topic(), raw.headers(), raw.value())),
                    raw.headers(),
                    raw.leaderEpoch()))
        .toList();
  }

  /** A {@link ReplyingKafkaTemplate} as an application would configure it. */
  private final class Asking implements AutoCloseable {
    private final DefaultKafkaProducerFactory<String, RecommendationRequest> producers =
        new DefaultKafkaProducerFactory<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringSerializer(),
            AvroSerde.of(RecommendationRequest.class).serializer());
    private final ReplyingKafkaTemplate<String, RecommendationRequest, Recommendations> template;

    Asking(String replyTopic) {
      ContainerProperties replies = new ContainerProperties(replyTopic);
      replies.setGroupId("spring-" + replyTopic);
      var container =
          new KafkaMessageListenerContainer<>(
              new DefaultKafkaConsumerFactory<>(
                  Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                  new StringDeserializer(),
                  AvroSerde.of(Recommendations.class).deserializer()),
              replies);
      template = new ReplyingKafkaTemplate<>(producers, container);
      template.setDefaultReplyTimeout(PATIENCE);
      template.start();
      try {
        assertThat(template.waitForAssignment(PATIENCE)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    ConsumerRecord<String, Recommendations> ask(String requestId, String userId) throws Exception {
      return template
          .sendAndReceive(request(requestId, userId))
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Sends without waiting for the answer; returns the correlation id. */
    byte[] send(String requestId, String userId) {
      ProducerRecord<String, RecommendationRequest> request = request(requestId, userId);
      var _ = template.sendAndReceive(request);
      Header correlation = request.headers().lastHeader(CORRELATION);
      return correlation.value();
    }

    @Override
    public void close() {
      template.stop();
      template.destroy();
      producers.destroy();
    }

    private static ProducerRecord<String, RecommendationRequest> request(
        String requestId, String userId) {
      return new ProducerRecord<>(
          LivingSystem.TOPICS.name(Topic.RECOMMENDATION_REQUESTS),
          userId,
          RecommendationRequest.newBuilder()
              .setRequestId(requestId)
              .setUserId(userId)
              .setK(3)
              .build());
    }
  }
}
