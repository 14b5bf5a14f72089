package dev.molstream.service;

import dev.molstream.schemas.SchemaRegistryException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Hands what Kafka Streams cannot read or process to {@link DeadLetters}; made by Kafka Streams.
 */
public final class DeadLetterHandler
    implements DeserializationExceptionHandler, ProcessingExceptionHandler {
  // Kafka Streams gives its global task this number; it has no way to send records.
  private static final int GLOBAL_SUBTOPOLOGY = -1;

  private @Nullable DeadLetters deadLetters;

  @Override
  public void configure(Map<String, ?> configuration) {
    deadLetters = (DeadLetters) configuration.get(DeadLetters.INSTANCE_SETTING);
  }

  @Override
  public DeserializationExceptionHandler.Response handleError(
      ErrorHandlerContext origin, ConsumerRecord<byte[], byte[]> record, Exception error) {
    if (error instanceof SchemaRegistryException) { // nothing is known of the record: try it again
      return DeserializationExceptionHandler.Response.fail();
    }
    return DeserializationExceptionHandler.Response.resume(
        divert(origin, record.key(), record.value(), reasonOf(error), messageOf(error)));
  }

  @Override
  public ProcessingExceptionHandler.Response handleError(
      ErrorHandlerContext origin, @Nullable Record<?, ?> record, Exception error) {
    if (!(error instanceof InvalidRecordException invalid)) {
      return ProcessingExceptionHandler.Response.fail();
    }
    return ProcessingExceptionHandler.Response.resume(
        divert(
            origin,
            received(origin.sourceRawKey(), record == null ? null : record.key()),
            received(origin.sourceRawValue(), record == null ? null : record.value()),
            invalid.reason(),
            messageOf(invalid)));
  }

  /** Returns the dead letter for Kafka Streams to send, or nothing when it is sent already. */
  private List<ProducerRecord<byte[], byte[]>> divert(
      ErrorHandlerContext origin,
      byte @Nullable [] key,
      byte @Nullable [] value,
      DeadLetterReason reason,
      String error) {
    if (deadLetters == null) {
      throw new IllegalStateException(DeadLetters.INSTANCE_SETTING + " is not set");
    }
    ProducerRecord<byte[], byte[]> letter = deadLetters.letter(origin, key, value, reason, error);
    if (origin.taskId().subtopology() != GLOBAL_SUBTOPOLOGY) {
      return List.of(letter);
    }
    deadLetters.send(letter);
    return List.of();
  }

  /**
   * The bytes as received. While a global topic is followed live Kafka Streams does not hand them
   * over, so a global source should be read as bytes and decoded in its processor.
   */
  private static byte @Nullable [] received(byte @Nullable [] raw, @Nullable Object read) {
    return raw == null && read instanceof byte[] bytes ? bytes : raw;
  }

  private static DeadLetterReason reasonOf(Throwable error) {
    return error instanceof InvalidRecordException invalid
        ? invalid.reason()
        : DeadLetterReason.UNREADABLE;
  }

  private static String messageOf(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }
}
