package dev.molstream.bench;

import java.util.function.IntPredicate;

/** Finds the highest rate that holds: doubles until one does not, then halves what is between. */
final class ThroughputSearch {
  // Rates closer together than this are the same: probes are short.
  private static final double RESOLUTION = 1.05;
  private static final double STEP_BACK = 0.95;

  private final IntPredicate probe;
  private final IntPredicate confirmation;
  private final int most;

  /**
   * A search.
   *
   * @param probe whether a rate holds for a short time
   * @param confirmation whether it holds for long
   * @param most rates beyond it are not tried
   */
  ThroughputSearch(IntPredicate probe, IntPredicate confirmation, int most) {
    this.probe = probe;
    this.confirmation = confirmation;
    this.most = most;
  }

  /**
   * The highest rate that was confirmed; 0 when not even 1 per second holds.
   *
   * @param from where to begin, at least 1
   */
  int highest(int from) {
    int rate = between(from);
    while (rate > 0 && !confirmation.test(rate)) {
      rate = rate == 1 ? 0 : Math.max(1, (int) (rate * STEP_BACK));
    }
    return rate;
  }

  private int between(int from) {
    int good = 0;
    int bad = Integer.MAX_VALUE;
    int rate = Math.min(from, most);
    while (true) {
      if (probe.test(rate)) {
        good = rate;
      } else {
        bad = rate;
      }
      if (good == most || bad == 1 || bad <= Math.max(good + 1, good * RESOLUTION)) {
        return good;
      }
      if (bad == Integer.MAX_VALUE) {
        rate = (int) Math.min(most, 2L * good);
      } else {
        rate = good == 0 ? bad / 2 : (good + bad) / 2;
      }
    }
  }
}
