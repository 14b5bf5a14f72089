package dev.molstream.stream.user;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The order in which a task takes what it has fetched. Kafka Streams takes the partition whose next
 * record is the oldest; events must come before requests, whatever the clocks of their producers
 * say. So a request is dated {@value #AHEAD_MILLIS} ms later than it is, some 35,000 years, and an
 * event as it is: a record that carries an event's time (a changelog's, one sent on) stays true,
 * and no time that a broken clock may give reaches from one kind to the other.
 */
public final class EventsFirst {
  private static final long AHEAD_MILLIS = 1L << 50;

  private EventsFirst() {}

  /** Dates events. */
  public static TimestampExtractor events() {
    return (record, partitionTime) -> given(record, partitionTime);
  }

  /** Dates requests. */
  public static TimestampExtractor requests() {
    return (record, partitionTime) -> AHEAD_MILLIS + given(record, partitionTime - AHEAD_MILLIS);
  }

  /** When a request dated by {@link #requests} was sent, milliseconds since 1970. */
  static long sentMillis(long requestTime) {
    return requestTime - AHEAD_MILLIS;
  }

  /** The record's time; without one, that of the partition's latest record before, 0 at first. */
  private static long given(ConsumerRecord<?, ?> record, long partitionTime) {
    long time = record.timestamp() < 0 ? partitionTime : record.timestamp();
    return Math.clamp(time, 0, AHEAD_MILLIS - 1);
  }
}
