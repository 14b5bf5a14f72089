package dev.molstream.stream.gather;

import dev.molstream.schemas.ShardQuery;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Sends a query to every partition: each shard reads one of them. */
public final class AllPartitions implements StreamPartitioner<byte[], ShardQuery> {
  @Override
  public Optional<Set<Integer>> partitions(
      String topic, byte[] key, ShardQuery query, int numPartitions) {
    return Optional.of(
        IntStream.range(0, numPartitions).boxed().collect(Collectors.toUnmodifiableSet()));
  }
}
