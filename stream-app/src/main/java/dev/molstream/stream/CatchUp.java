package dev.molstream.stream;

import dev.molstream.service.MolstreamMetric;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds readiness back until the histories have every event that was on user-events when the
 * application started: an answer from half a history is a wrong one. Only the partitions that this
 * instance works on count. Once done it is done, whatever comes later.
 *
 * <p>A thread of its own looks; {@link #missing} may be called by any.
 */
final class CatchUp implements AutoCloseable {
  /** How far the application's group is in user-events, by partition. */
  interface Offsets extends AutoCloseable {
    /** Where each partition ended at the start. */
    Map<Integer, Long> ends();

    /** The next event to read in each partition. */
    Map<Integer, Long> positions();

    @Override
    default void close() {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final Offsets offsets;
  private final Map<Integer, Long> ends;
  private final Supplier<@Nullable Set<Integer>> mine;
  private final InstantSource clock;
  private final Instant begun;
  private final Instant latest;
  private @Nullable Thread looking;

  // What the last look found; -1 before the first.
  private volatile long remaining = -1;
  private volatile @Nullable String trouble;
  private volatile boolean done;
  private Instant nextLine;

  private CatchUp(
      Offsets offsets,
      Supplier<@Nullable Set<Integer>> mine,
      Duration patience,
      InstantSource clock) {
    this.offsets = offsets;
    this.ends = offsets.ends();
    this.mine = mine;
    this.clock = clock;
    this.begun = clock.instant();
    this.latest = begun.plus(patience);
    this.nextLine = begun;
  }

  /**
   * Begins, not looking yet.
   *
   * @param offsets closed when there is nothing to wait for any more
   * @param mine partitions that this instance works on, or null while that is not settled
   * @param patience how long readiness is held back at most
   */
  static CatchUp of(
      Offsets offsets,
      Supplier<@Nullable Set<Integer>> mine,
      Duration patience,
      InstantSource clock,
      MeterRegistry registry) {
    CatchUp catchUp = new CatchUp(offsets, mine, patience, clock);
    MolstreamMetric.CATCH_UP_REMAINING.gauge(
        registry, () -> catchUp.remaining < 0 ? Double.NaN : catchUp.remaining);
    return catchUp;
  }

  /** Goes on looking until done, on a thread of its own. */
  void start() {
    looking = Thread.ofPlatform().daemon().name("catch-up").start(this::run);
  }

  /** What readiness waits for, or nothing. */
  List<String> missing() {
    if (done) {
      return List.of();
    }
    String why = trouble;
    if (why != null) {
      return List.of("cannot tell how far the histories are: " + why);
    }
    return List.of(
        remaining < 0
            ? "not known yet how far the histories are"
            : "histories are catching up: %,d events to go".formatted(remaining));
  }

  /** Looks once; true when there is nothing to wait for any more. */
  boolean look() {
    try {
      remaining = toGo().orElse(remaining);
      trouble = null;
    } catch (InterruptException closing) {
      throw closing;
    } catch (KafkaException e) {
      trouble = String.valueOf(e.getMessage());
    }
    Instant now = clock.instant();
    if (remaining == 0) {
      LOG.info("histories have caught up after {} s", Duration.between(begun, now).toSeconds());
      done = true;
    } else if (!now.isBefore(latest)) {
      LOG.warn(
          "ready although histories have not caught up after {} s: {}",
          Duration.between(begun, now).toSeconds(),
          missing().getFirst());
      done = true;
    } else if (!now.isBefore(nextLine)) {
      LOG.info("{}", missing().getFirst());
      nextLine = now.plus(BETWEEN_LINES);
    }
    return done;
  }

  @Override
  public void close() {
    if (looking != null) {
      looking.interrupt();
    }
  }

  private OptionalLong toGo() {
    Set<Integer> partitions = mine.get();
    if (partitions == null) {
      return OptionalLong.empty();
    }
    Map<Integer, Long> positions = offsets.positions();
    return OptionalLong.of(
        partitions.stream()
            .mapToLong(
                partition ->
                    Math.max(
                        0,
                        ends.getOrDefault(partition, 0L) - positions.getOrDefault(partition, 0L)))
            .sum());
  }

  private void run() {
    try {
      while (!look()) {
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException | InterruptException closing) {
      return;
    }
    offsets.close();
  }
}
