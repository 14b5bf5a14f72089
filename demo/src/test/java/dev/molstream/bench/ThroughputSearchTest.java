package dev.molstream.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThroughputSearchTest {
  private static final int MOST = 100_000;

  private final List<Integer> probed = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({"500, 3217", "500, 499", "500, 500", "500, 37", "8000, 3217", "1, 1", "64, 1"})
  void findsTheHighestRateThatHoldsWithinAFewPercent(int from, int limit) {
    int found = search(limit, limit).highest(from);

    assertThat(found).isLessThanOrEqualTo(limit).isGreaterThanOrEqualTo((int) (limit / 1.05) - 1);
    assertThat(probed).hasSizeLessThan(24);
  }

  @Test
  void doublesThenBisects() {
    search(3000, 3000).highest(500);

    assertThat(probed).startsWith(500, 1000, 2000, 4000, 3000, 3500);
  }

  @Test
  void stepsBackUntilARateIsConfirmed() {
    int found = search(3000, 2500).highest(500);

    assertThat(found).isLessThanOrEqualTo(2500).isGreaterThan(2300);
  }

  @Test
  void staysWithinTheHighestRateThereIs() {
    assertThat(search(MOST + 1, MOST + 1).highest(MOST / 2)).isEqualTo(MOST);
  }

  @Test
  void findsNothingWhereNothingHolds() {
    assertThat(search(0, 0).highest(500)).isZero();
  }

  private ThroughputSearch search(int probeLimit, int confirmedLimit) {
    return new ThroughputSearch(
        rate -> {
          probed.add(rate);
          return rate <= probeLimit;
        },
        rate -> rate <= confirmedLimit,
        MOST);
  }
}
