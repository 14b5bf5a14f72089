package dev.molstream.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ItemNeighboursTest {
  /** With a are b, twice, and c, once; d is alone. */
  private final LearnedEvents events = Examples.learned(4, "aab", "ba", "ac", "d");

  @Test
  void similarityIsTheCosineOfUsersWithTwentyMoreOfEach() {
    ItemScores scores = scoresOfNeighbours(0, 1);

    assertThat(scores.score(1)).isCloseTo(2 / Math.sqrt(23 * 22), within(1e-6));
    assertThat(scores.score(2)).isCloseTo(1 / Math.sqrt(23 * 21), within(1e-6));
    assertThat(scores.score(3)).isZero();
    assertThat(scores.score(0)).isZero();
  }

  @Test
  void isTheSameWhateverTheNumberOfThreads() {
    for (int item = 0; item < 4; item++) {
      ItemScores one = scoresOfNeighbours(item, 1);
      ItemScores three = scoresOfNeighbours(item, 3);
      assertThat(IntStream.range(0, 4)).allMatch(other -> one.score(other) == three.score(other));
    }
  }

  @Test
  void keepsTheBestTwoHundred() {
    // Item 0 shares two users with items 1 to 250, and one more with the last ten of them.
    int[] all = IntStream.range(0, 251).toArray();
    int[] some = IntStream.concat(IntStream.of(0), IntStream.range(241, 251)).toArray();
    LearnedEvents many = new LearnedEvents(251, List.of(all, all, some));
    ItemScores scores = new ItemScores(251, Popularity.of(many));

    ItemNeighbours.of(many, 1).addTo(scores, 0);

    assertThat(IntStream.range(0, 251).filter(item -> scores.score(item) > 0))
        .hasSize(200)
        .contains(1, 190, 241, 250)
        .doesNotContain(0, 191, 240);
  }

  private ItemScores scoresOfNeighbours(int item, int threads) {
    ItemScores scores = new ItemScores(4, Popularity.of(events));
    ItemNeighbours.of(events, threads).addTo(scores, item);
    return scores;
  }
}
