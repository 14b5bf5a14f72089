package dev.molstream.service;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the records that cannot be used: each goes to the dead-letters topic with key, value and
 * headers as received and with the headers {@code molstream.reason} (a {@link DeadLetterReason}),
 * {@code molstream.topic}, {@code molstream.partition}, {@code molstream.offset}, {@code
 * molstream.timestamp} (milliseconds since 1970, of the record) and {@code molstream.error} (one
 * line), all text in UTF-8. Each is counted by topic and reason.
 *
 * <p>Works through {@link #streamsSettings}: whatever a deserializer throws (but that the schema
 * registry does not answer), and {@link InvalidRecordException} from a processor, ends here;
 * anything else a processor throws is a broken invariant and stops the client. Records of
 * partitioned topics are sent by the task's own producer, in its transaction. Kafka Streams cannot
 * send for global topics, so those go through a producer of ours, and are sent again whenever the
 * topic is read again from the start.
 *
 * <p>Thread-safe.
 */
public final class DeadLetters implements AutoCloseable {
  /** What the names of our headers begin with. */
  public static final String HEADER_PREFIX = "molstream.";

  /** Header with the {@link DeadLetterReason}. */
  public static final String REASON_HEADER = HEADER_PREFIX + "reason";

  /** Header with the topic the record came from. */
  public static final String TOPIC_HEADER = HEADER_PREFIX + "topic";

  /** Header with its partition there. */
  public static final String PARTITION_HEADER = HEADER_PREFIX + "partition";

  /** Header with its offset there. */
  public static final String OFFSET_HEADER = HEADER_PREFIX + "offset";

  /** Header with its timestamp there, milliseconds since 1970. */
  public static final String TIMESTAMP_HEADER = HEADER_PREFIX + "timestamp";

  /** Header with what is wrong, one line. */
  public static final String ERROR_HEADER = HEADER_PREFIX + "error";

  static final String INSTANCE_SETTING = "molstream.dead.letters.instance";

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
  private static final int MAX_ERROR_LENGTH = 500;

  private final String topic;
  private final MeterRegistry registry;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private @Nullable Producer<byte[], byte[]> producer;

  private DeadLetters(
      String topic, MeterRegistry registry, Supplier<Producer<byte[], byte[]>> producers) {
    this.topic = topic;
    this.registry = registry;
    this.producers = producers;
  }

  /**
   * @param topic full name of the dead-letters topic
   * @param producers makes the producer for records of global topics, when the first one comes;
   *     closed with this
   */
  public static DeadLetters to(
      String topic, MeterRegistry registry, Supplier<Producer<byte[], byte[]>> producers) {
    return new DeadLetters(topic, registry, producers);
  }

  /** What to put into the configuration of Kafka Streams. */
  @SuppressWarnings("deprecation") // the switch for global processors is there until it is default
  public Map<String, Object> streamsSettings() {
    return Map.of(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        DeadLetterHandler.class,
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
        DeadLetterHandler.class,
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG,
        true,
        INSTANCE_SETTING,
        this);
  }

  /** Counts a record and makes its dead letter, for the caller to send. */
  ProducerRecord<byte[], byte[]> letter(
      ErrorHandlerContext origin,
      byte @Nullable [] key,
      byte @Nullable [] value,
      DeadLetterReason reason,
      String error) {
    MolstreamMetric.DEAD_LETTERS.counter(registry, origin.topic(), reason.name()).increment();
    LOG.warn(
        "dead letter: {} {}-{}@{}: {}",
        reason,
        origin.topic(),
        origin.partition(),
        origin.offset(),
        oneLine(error));
    Headers headers = new RecordHeaders();
    for (Header header : origin.headers()) {
      if (!header.key().startsWith(HEADER_PREFIX)) { // left from an earlier life as a dead letter
        headers.add(header);
      }
    }
    add(headers, REASON_HEADER, reason.name());
    add(headers, TOPIC_HEADER, origin.topic());
    add(headers, PARTITION_HEADER, Integer.toString(origin.partition()));
    add(headers, OFFSET_HEADER, Long.toString(origin.offset()));
    add(headers, TIMESTAMP_HEADER, Long.toString(origin.timestamp()));
    add(headers, ERROR_HEADER, oneLine(error));
    return new ProducerRecord<>(topic, null, null, key, value, headers);
  }

  /**
   * Sends a dead letter and waits until it is acknowledged.
   *
   * @throws KafkaException when it cannot be sent: the stream must not go on without it
   */
  void send(ProducerRecord<byte[], byte[]> letter) {
    try {
      producer().send(letter).get();
    } catch (ExecutionException e) {
      throw new KafkaException("dead letter not sent to " + topic, e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close();
      producer = null;
    }
  }

  private synchronized Producer<byte[], byte[]> producer() {
    if (producer == null) {
      producer = producers.get();
    }
    return Objects.requireNonNull(producer);
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String oneLine(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= MAX_ERROR_LENGTH ? line : line.substring(0, MAX_ERROR_LENGTH) + "…";
  }
}
