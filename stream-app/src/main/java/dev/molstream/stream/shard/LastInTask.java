package dev.molstream.stream.shard;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Dates queries after everything, so that a task takes a query only when it has no item left to
 * read: Kafka Streams takes the earliest record first and, with {@code max.task.idle.ms} at 0,
 * waits for what it knows the broker has. So no shard answers from half its items, and what was
 * written to item-embeddings before a query was asked is in its answer.
 */
final class LastInTask implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return Long.MAX_VALUE;
  }
}
