package dev.molstream.demo;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.InterruptException;

/** Waiting for something that cannot tell us when it is done. */
public final class Waiting {
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Between looks that ask brokers or services. */
  private static final Duration LONG_PAUSE = Duration.ofMillis(250);

  private static final Duration STANDSTILL = Duration.ofMinutes(1);

  private Waiting() {}

  /**
   * Waits until the condition holds.
   *
   * @throws StalledException when it does not in time
   */
  public static void until(String words, Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new StalledException(
            "waited %d s until %s, in vain".formatted(patience.toSeconds(), words));
      }
      pause(PAUSE);
    }
  }

  /**
   * Waits until {@code done} reaches {@code total}, however long, as long as it advances.
   *
   * @throws StalledException when it does not for a minute
   */
  public static void whileAdvancing(
      String words, long total, Progress.Task task, LongSupplier done) {
    long reached = 0;
    long advanced = System.nanoTime();
    while (true) {
      long now = done.getAsLong();
      if (now > reached) {
        reached = now;
        advanced = System.nanoTime();
        task.reached(reached);
      }
      if (reached >= total) {
        return;
      }
      if (System.nanoTime() - advanced > STANDSTILL.toNanos()) {
        throw new StalledException(
            "waiting until %s: %,d of %,d, and nothing more for %d s"
                .formatted(words, reached, total, STANDSTILL.toSeconds()));
      }
      pause(LONG_PAUSE);
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
