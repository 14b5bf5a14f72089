package dev.molstream.service;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.schemas.SchemaRegistryException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.internals.DefaultErrorHandlerContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topology that passes on integers above zero stands for all. */
class DeadLettersTest {
  private static final byte[] THREE_BYTES = {1, 2, 3};

  @TempDir Path state;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final DeadLetters deadLetters = DeadLetters.to("dead", registry, () -> producer);
  private @Nullable TopologyTestDriver driver;

  @AfterEach
  void close() {
    if (driver != null) {
      driver.close();
    }
    deadLetters.close();
  }

  @Test
  void keepsAnUnreadableRecordAsReceivedAndGoesOn() {
    // given
    start(partitioned(OnlyPositive::new));
    Headers headers = new RecordHeaders().add("trace", bytes("t1"));
    headers.add(DeadLetters.ERROR_HEADER, bytes("of an earlier life"));

    // when
    input("in")
        .pipeInput(new TestRecord<>(bytes("k"), THREE_BYTES, headers, Instant.ofEpochMilli(7)));
    input("in").pipeInput(bytes("k"), integer(1));

    // then
    TestRecord<byte[], byte[]> letter = output("dead").readRecord();
    assertThat(letter.key()).isEqualTo(bytes("k"));
    assertThat(letter.value()).isEqualTo(THREE_BYTES);
    assertThat(text(letter.headers(), "trace")).isEqualTo("t1");
    assertThat(text(letter.headers(), "molstream.reason")).isEqualTo("UNREADABLE");
    assertThat(text(letter.headers(), "molstream.topic")).isEqualTo("in");
    assertThat(text(letter.headers(), "molstream.partition")).isEqualTo("0");
    assertThat(text(letter.headers(), "molstream.offset")).isEqualTo("0");
    assertThat(text(letter.headers(), "molstream.timestamp")).isEqualTo("7");
    assertThat(letter.headers().headers("molstream.error")).hasSize(1);
    assertThat(text(letter.headers(), "molstream.error")).contains("4");
    assertThat(output("out").readValue()).isEqualTo(integer(1));
    assertThat(counted("in", "UNREADABLE")).isEqualTo(1);
  }

  @Test
  void keepsARecordThatAProcessorRefuses() {
    // given
    start(partitioned(OnlyPositive::new));

    // when
    input("in").pipeInput(bytes("k"), integer(-5));
    input("in").pipeInput(bytes("k"), integer(1));

    // then
    TestRecord<byte[], byte[]> letter = output("dead").readRecord();
    assertThat(letter.key()).isEqualTo(bytes("k"));
    assertThat(letter.value()).isEqualTo(integer(-5));
    assertThat(text(letter.headers(), "molstream.reason")).isEqualTo("INVALID_VALUE");
    assertThat(text(letter.headers(), "molstream.error")).isEqualTo("-5 is not above 0");
    assertThat(output("out").readValue()).isEqualTo(integer(1));
    assertThat(counted("in", "INVALID_VALUE")).isEqualTo(1);
  }

  @Test
  void failsAtABrokenInvariant() {
    start(partitioned(AlwaysBroken::new));

    assertThatThrownBy(() -> input("in").pipeInput(bytes("k"), integer(1)))
        .hasRootCauseMessage("broken");
    assertThat(output("dead").isEmpty()).isTrue();
  }

  @Test
  void sendsThroughItsOwnProducerWhatAGlobalProcessorRefuses() {
    // given
    Topology topology = partitioned(OnlyPositive::new);
    topology.addGlobalStore(
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("all"), Serdes.String(), Serdes.Integer())
            .withLoggingDisabled(),
        "global-source",
        new StringDeserializer(),
        new IntegerDeserializer(),
        "global",
        "global-processor",
        OnlyPositive::new);
    start(topology);

    // when
    input("global").pipeInput(bytes("k"), integer(-5));
    input("global").pipeInput(bytes("k"), integer(1));

    // then
    assertThat(producer.history())
        .singleElement()
        .satisfies(letter -> assertThat(letter.topic()).isEqualTo("dead"))
        .extracting(letter -> text(letter.headers(), "molstream.reason"))
        .isEqualTo("INVALID_VALUE");
    assertThat(counted("global", "INVALID_VALUE")).isEqualTo(1);
  }

  @Test
  void failsRatherThanPutAsideWhatTheSchemaRegistryDidNotAnswer() {
    // given
    DeadLetterHandler handler = new DeadLetterHandler();
    handler.configure(deadLetters.streamsSettings());
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("in", 3, 9, bytes("k"), THREE_BYTES);

    // when
    DeserializationExceptionHandler.Response response =
        handler.handleError(
            origin(record, new TaskId(0, 0)), record, new SchemaRegistryException("down", null));

    // then
    assertThat(response.result()).isEqualTo(DeserializationExceptionHandler.Result.FAIL);
    assertThat(response.deadLetterQueueRecords()).isEmpty();
    assertThat(registry.getMeters()).isEmpty();
  }

  /** The test driver has a handler of its own for global topics, so this one asks ours. */
  @Test
  void sendsThroughItsOwnProducerWhatCannotBeReadOnAGlobalTopic() {
    // given
    DeadLetterHandler handler = new DeadLetterHandler();
    handler.configure(deadLetters.streamsSettings());
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("global", 3, 9, bytes("k"), THREE_BYTES);
    ErrorHandlerContext origin = origin(record, new TaskId(-1, -1));

    // when
    DeserializationExceptionHandler.Response response =
        handler.handleError(origin, record, new SerializationException("3 bytes"));

    // then
    assertThat(response.result()).isEqualTo(DeserializationExceptionHandler.Result.RESUME);
    assertThat(response.deadLetterQueueRecords()).isEmpty();
    ProducerRecord<byte[], byte[]> letter = producer.history().getFirst();
    assertThat(letter.value()).isEqualTo(THREE_BYTES);
    assertThat(text(letter.headers(), "molstream.offset")).isEqualTo("9");
  }

  private void start(Topology topology) {
    Properties properties = new Properties();
    properties.putAll(
        StreamsService.settings(
            ServiceConfig.of(
                Settings.of(
                    ServiceConfig.definition("test", 0),
                    Map.of(
                        "bootstrap.servers", "none:1",
                        "model.bundle", "none",
                        "state.dir", state.toString()))),
            deadLetters));
    driver = new TopologyTestDriver(topology, properties);
  }

  private static Topology partitioned(
      ProcessorSupplier<String, Integer, String, Integer> processor) {
    return new Topology()
        .addSource("source", new StringDeserializer(), new IntegerDeserializer(), "in")
        .addProcessor("processor", processor, "source")
        .addSink(
            "sink",
            "out",
            Serdes.String().serializer(),
            Serdes.Integer().serializer(),
            "processor");
  }

  /** Refuses what is not above zero; forwards where there is somewhere to forward to. */
  private static final class OnlyPositive<K, V> extends ContextualProcessor<String, Integer, K, V> {
    @Override
    public void process(Record<String, Integer> record) {
      if (record.value() <= 0) {
        throw new InvalidRecordException(
            DeadLetterReason.INVALID_VALUE, record.value() + " is not above 0");
      }
      @SuppressWarnings("unchecked")
      Record<K, V> same = (Record<K, V>) record;
      context().forward(same);
    }
  }

  private static final class AlwaysBroken
      extends ContextualProcessor<String, Integer, String, Integer> {
    @Override
    public void process(Record<String, Integer> record) {
      throw new IllegalStateException("broken");
    }
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return requireNonNull(driver)
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private TestOutputTopic<byte[], byte[]> output(String topic) {
    return requireNonNull(driver)
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private double counted(String topic, String reason) {
    return registry.counter("molstream.dead.letters", "topic", topic, "reason", reason).count();
  }

  private static byte[] integer(int value) {
    return Serdes.Integer().serializer().serialize("any", value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ErrorHandlerContext origin(ConsumerRecord<byte[], byte[]> record, TaskId task) {
    return new DefaultErrorHandlerContext(
        null,
        record.topic(),
        record.partition(),
        record.offset(),
        record.headers(),
        "global-source",
        task,
        record.timestamp(),
        record.key(),
        record.value());
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
