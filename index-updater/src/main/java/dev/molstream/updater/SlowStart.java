package dev.molstream.updater;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Lets work that nobody waits for begin gently: at first it rests nine times as long as it worked,
 * then ever less, until it works all the time. New work makes virtual machines compile, its own and
 * those of brokers and readers beside it; spread over a while, that leaves requests their
 * processors. One thread at a time.
 */
final class SlowStart {
  private static final double FIRST_SHARE = 0.1;

  /** However long the work took: who rests cannot be stopped. */
  private static final long LONGEST_REST_NANOS = Duration.ofSeconds(1).toNanos();

  private final long rampNanos;
  private final LongSupplier clock;
  private final LongConsumer rest;
  private long beganNanos;
  private boolean began;

  /**
   * @param ramp until it works all the time; zero for at once
   * @param clock nanoseconds since whenever
   * @param rest waits for so many nanoseconds
   */
  SlowStart(Duration ramp, LongSupplier clock, LongConsumer rest) {
    this.rampNanos = ramp.toNanos();
    this.clock = clock;
    this.rest = rest;
  }

  static SlowStart over(Duration ramp) {
    return new SlowStart(ramp, System::nanoTime, LockSupport::parkNanos);
  }

  /** Full speed at once, for work that somebody waits for. */
  static SlowStart none() {
    return over(Duration.ZERO);
  }

  /** The clock, in nanoseconds. */
  long now() {
    return clock.getAsLong();
  }

  /** Rests after work that began then. */
  void restAfter(long workBeganNanos) {
    long now = clock.getAsLong();
    if (!began) {
      began = true;
      beganNanos = workBeganNanos;
    }
    long passed = now - beganNanos;
    if (passed >= rampNanos) {
      return;
    }
    double share = FIRST_SHARE + (1 - FIRST_SHARE) * passed / rampNanos;
    long wanted = (long) ((now - workBeganNanos) * (1 / share - 1));
    rest.accept(Math.min(wanted, LONGEST_REST_NANOS));
  }
}
