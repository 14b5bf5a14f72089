package dev.molstream.demo;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;

/**
 * When each event of a replay is due: the first at once, a later one after the time that had passed
 * between the two, divided by the speed. One thread waits; any may {@link #stop} it.
 */
public final class ReplayPace {
  /** Waits for real: nothing else than {@link #stop} ends it early. */
  interface Sleeper {
    /** Returns true when stopped meanwhile. */
    boolean sleep(Duration time, CountDownLatch stopped);
  }

  private final double speed;
  private final InstantSource clock;
  private final Sleeper sleeper;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private long firstEventMillis = -1;
  private long startMillis;

  ReplayPace(double speed, InstantSource clock, Sleeper sleeper) {
    if (!(speed > 0)) {
      throw new IllegalArgumentException("speed " + speed + ", valid is above 0");
    }
    this.speed = speed;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /** As fast as the broker takes it, in the order of the source. */
  public static ReplayPace unlimited() {
    return at(Double.POSITIVE_INFINITY);
  }

  /** In the order of time, {@code speed} times as fast as it happened; above 0. */
  public static ReplayPace at(double speed) {
    return new ReplayPace(speed, InstantSource.system(), ReplayPace::sleepForReal);
  }

  /** Ends the replay before its next event. */
  public void stop() {
    stopped.countDown();
  }

  /** True when there is nothing to wait for between events. */
  boolean isUnlimited() {
    return speed == Double.POSITIVE_INFINITY;
  }

  /**
   * Waits until an event is due.
   *
   * @param eventMillis when it happened, not before those asked for earlier
   * @return false when the replay was stopped, and the event must not be sent
   */
  boolean awaitDue(long eventMillis) {
    if (stopped.getCount() == 0) {
      return false;
    }
    if (isUnlimited()) {
      return true;
    }
    if (firstEventMillis < 0) {
      firstEventMillis = eventMillis;
      startMillis = clock.millis();
    }
    long due = startMillis + (long) ((eventMillis - firstEventMillis) / speed);
    long wait = due - clock.millis();
    return wait <= 0 || !sleeper.sleep(Duration.ofMillis(wait), stopped);
  }

  private static boolean sleepForReal(Duration time, CountDownLatch stopped) {
    try {
      return stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
