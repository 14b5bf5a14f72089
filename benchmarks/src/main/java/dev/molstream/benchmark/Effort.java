package dev.molstream.benchmark;

import dev.molstream.benchmark.measure.Pace;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How much time a run may take for the sake of its figures. */
public enum Effort {
  /** Seconds, to see that everything works; no figure is worth anything. */
  GLANCE(
      new Pace(Duration.ofMillis(20), Duration.ofMillis(50), 40, 4),
      Duration.ofMillis(50),
      Duration.ofSeconds(1)),
  /** Minutes. */
  QUICK(
      new Pace(Duration.ofSeconds(1), Duration.ofMillis(1500), 400, 10),
      Duration.ofSeconds(1),
      Duration.ofSeconds(30)),
  /** For figures to publish. */
  THOROUGH(
      new Pace(Duration.ofSeconds(6), Duration.ofSeconds(15), 3000, 20),
      Duration.ofSeconds(5),
      null);

  private final Pace pace;
  private final Duration throughput;
  private final @Nullable Duration training;

  Effort(Pace pace, Duration throughput, @Nullable Duration training) {
    this.pace = pace;
    this.throughput = throughput;
    this.training = training;
  }

  /** How long to measure each contestant. */
  public Pace pace() {
    return pace;
  }

  /** How long to search with several threads. */
  Duration throughput() {
    return throughput;
  }

  /** How long to train, null for as long as the recipe says. */
  @Nullable Duration training() {
    return training;
  }
}
