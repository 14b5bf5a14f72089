package dev.molstream.retrieval.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EstimateErrorTest {
  private final EstimateError error = new EstimateError();

  @Test
  void learnsTheErrorOfEstimatesThatReachNowhere() {
    // given
    error.start();

    // when
    for (int i = 0; i < 10_000; i++) {
      error.add(5, 5, i % 2 == 0 ? 5.5f : 4.5f);
    }

    // then
    assertThat(error.atOrigin()).isCloseTo(0.5f, within(1e-3f));
  }

  @Test
  void blamesTheReachForALargerError() {
    // given
    error.start();

    // when
    for (int i = 0; i < 10_000; i++) {
      error.add(9, 5, 9.9f);
    }

    // then: an error of 0.9 four above the origin is one of 0.3 there
    assertThat(error.atOrigin()).isCloseTo(0.3f, within(1e-3f));
    assertThat(EstimateError.growth(4)).isEqualTo(3);
    assertThat(EstimateError.growth(-4)).isEqualTo(3);
  }

  @Test
  void beginsEverySearchAnew() {
    // given
    error.start();
    float first = error.atOrigin();
    error.add(0, 0, 100);

    // when
    error.start();

    // then
    assertThat(error.atOrigin()).isEqualTo(first).isPositive();
  }
}
