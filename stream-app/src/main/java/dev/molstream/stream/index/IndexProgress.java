package dev.molstream.stream.index;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * How far one index has come in item-embeddings. The global stream thread says what it has read,
 * another thread where the topic ends; any thread may ask.
 */
public final class IndexProgress implements StateRestoreListener {
  private final Map<Integer, Long> positions = new ConcurrentHashMap<>();
  private final Map<Integer, Long> ends = new ConcurrentHashMap<>();

  /** Next offset to read of each partition heard of. */
  public Map<Integer, Long> positions() {
    return Map.copyOf(positions);
  }

  /** Where each partition ends now. */
  public void endsAt(Map<Integer, Long> offsets) {
    offsets.forEach((partition, offset) -> ends.merge(partition, offset, Math::max));
  }

  /** How many offsets of the topic are still to be read. */
  public long recordsLeft() {
    return ends.entrySet().stream()
        .mapToLong(end -> Math.max(0, end.getValue() - positions.getOrDefault(end.getKey(), 0L)))
        .sum();
  }

  /** Everything before this offset has been read. */
  public void reached(int partition, long nextOffset) {
    positions.merge(partition, nextOffset, Math::max);
  }

  @Override
  public void onRestoreStart(
      TopicPartition partition, String store, long startOffset, long endOffset) {
    reached(partition.partition(), startOffset);
    endsAt(Map.of(partition.partition(), endOffset));
  }

  @Override
  public void onBatchRestored(
      TopicPartition partition, String store, long batchEndOffset, long restored) {}

  /** The end may lie behind the last record, where transactions leave their marks. */
  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long restored) {
    Long end = ends.get(partition.partition());
    if (end != null) {
      reached(partition.partition(), end);
    }
  }
}
