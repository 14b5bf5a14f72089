package dev.molstream.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.schemas.RegistryAddress;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.WireFormat;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The system with a real schema registry: current clients, those of the first release, and a
 * registry that goes away. Skipped where the registry cannot be fetched.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RegistrySystemTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private @Nullable EmbeddedBroker broker;
  private @Nullable LivingSystem living;
  private @Nullable WireFormat format;
  private ApicurioServer registry;
  private LivingSystem system;
  private String bootstrapServers;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Optional<ApicurioServer> server = ApicurioServer.start(directory);
    Assumptions.assumeTrue(server.isPresent(), "the registry cannot be fetched");
    registry = server.orElseThrow();
    EmbeddedBroker started = EmbeddedBroker.start(directory.resolve("kafka"), 0);
    broker = started;
    bootstrapServers = started.bootstrapServers();
    format = WireFormat.of(new RegistryAddress(List.of(registry.url()), null, true));
    system =
        LivingSystem.start(
            bootstrapServers, directory, Map.of("schema.registry.url", registry.url().toString()));
    living = system;
  }

  @AfterAll
  void stop() {
    for (AutoCloseable part : new AutoCloseable[] {living, format, broker, registry}) {
      if (part != null) {
        try {
          part.close();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  @Test
  @Order(1)
  void answersInTheConfluentWireFormatWithASchemaThatTheRegistryKnows() {
    try (RequestClient client =
        RequestClient.connect(bootstrapServers, LivingSystem.TOPICS, format())) {
      Answer answer = client.ask("u1", 5, PATIENCE);

      assertThat(answer.isOk()).isTrue();
      assertThat(answer.itemIds()).hasSize(5);
    }
    assertThat(system.read(Topic.RECOMMENDATIONS))
        .allSatisfy(
            record ->
                assertThat(writerOf(record).getFullName())
                    .isEqualTo("dev.molstream.schemas.Recommendations"));
    assertThat(system.read(Topic.ITEM_EMBEDDINGS))
        .isNotEmpty()
        .allSatisfy(record -> assertThat(record.value()[0]).isZero());
    assertThat(system.read(Topic.DEAD_LETTERS)).isEmpty();
  }

  @Test
  @Order(2)
  void answersAClientOfTheFirstReleaseWhichReadsTheAnswerWithItsOwnSchema() {
    int id = registry.register("their-requests", OlderClient.schema("RecommendationRequest"));
    system.produce(
        Topic.RECOMMENDATION_REQUESTS,
        "u2".getBytes(UTF_8),
        OlderClient.confluent(
            "RecommendationRequest", id, Map.of("requestId", "older", "userId", "u2", "k", 4)));

    GenericRecord answer =
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    system.read(Topic.RECOMMENDATIONS).stream()
                        .map(
                            record ->
                                OlderClient.readConfluent(
                                    "Recommendations", writerOf(record), record.value()))
                        .filter(read -> read.get("requestId").toString().equals("older"))
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();

    assertThat(answer.get("status").toString()).isEqualTo("OK");
    assertThat((List<?>) answer.get("items")).hasSize(4);
  }

  @Test
  @Order(3)
  void goesOnTakingSingleObjectEncoding() {
    system.produce(
        Topic.RECOMMENDATION_REQUESTS,
        "u3".getBytes(UTF_8),
        OlderClient.singleObject(
            "RecommendationRequest", Map.of("requestId", "single", "userId", "u3", "k", 2)));

    await().atMost(PATIENCE).until(() -> answered("single"));
  }

  @Test
  @Order(4)
  void putsARecordAsideWhoseSchemaTheRegistryDoesNotKnow() {
    byte[] value = ByteBuffer.allocate(9).put((byte) 0).putInt(123_456).array();
    system.produce(Topic.RECOMMENDATION_REQUESTS, "u1".getBytes(UTF_8), value);

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(system.read(Topic.DEAD_LETTERS))
                    .singleElement()
                    .satisfies(
                        letter -> {
                          assertThat(letter.value()).isEqualTo(value);
                          assertThat(
                                  new String(
                                      letter.headers().lastHeader("molstream.reason").value(),
                                      UTF_8))
                              .isEqualTo("UNREADABLE");
                        }));
  }

  @Test
  @Order(5)
  void goesOnAnsweringWhileTheRegistryIsGone() {
    registry.close();

    try (RequestClient client =
        RequestClient.connect(bootstrapServers, LivingSystem.TOPICS, format())) {
      for (int viewer = 1; viewer <= LivingSystem.VIEWERS; viewer++) {
        assertThat(client.ask("u" + viewer, 5, PATIENCE).isOk()).isTrue();
      }
    }
  }

  private WireFormat format() {
    return Objects.requireNonNull(format);
  }

  private boolean answered(String requestId) {
    return system.read(Topic.RECOMMENDATIONS).stream()
        .map(
            record ->
                OlderClient.readConfluent("Recommendations", writerOf(record), record.value()))
        .anyMatch(read -> read.get("requestId").toString().equals(requestId));
  }

  private Schema writerOf(ConsumerRecord<byte[], byte[]> record) {
    assertThat(record.value()[0]).isZero();
    return registry.schema(ByteBuffer.wrap(record.value()).getInt(1));
  }
}
