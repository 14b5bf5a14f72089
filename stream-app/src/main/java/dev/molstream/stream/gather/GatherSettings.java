package dev.molstream.stream.gather;

import dev.molstream.stream.request.RequestMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/**
 * What every task that gathers needs; shared by all.
 *
 * @param shards partitions of item-embeddings
 * @param patience how long the shards are waited for, at least 1 ms
 * @param registry where metrics are kept
 */
public record GatherSettings(int shards, Duration patience, MeterRegistry registry) {
  RequestMetrics requestMetrics() {
    return new RequestMetrics(registry);
  }
}
