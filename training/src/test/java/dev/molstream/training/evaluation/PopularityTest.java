package dev.molstream.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PopularityTest {
  private final Popularity popularity = Popularity.of(Examples.learned(8, "ccccdddaabeg"));

  @Test
  void placesItemsByEventsAndTiesByNumber() {
    assertThat(IntStream.range(0, 8).map(popularity::place))
        .containsExactly(2, 3, 0, 1, 4, 6, 5, 7);
  }

  @Test
  void headMiddleAndTailHoldAThirdOfTheEventsEach() {
    // Of 12 events 4 are with c; 5 with d and a; 3 with b, e and g.
    assertThat(IntStream.range(0, 8).mapToObj(popularity::bucket))
        .containsExactly(
            "middle", "tail", "head", "middle", "tail", "never-seen", "tail", "never-seen");
  }
}
