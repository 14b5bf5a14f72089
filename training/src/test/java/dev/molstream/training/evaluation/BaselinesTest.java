package dev.molstream.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BaselinesTest {
  @Test
  void popularityCountsLearnableEventsAndLeavesSeenItemsOut() {
    // Learnable are a, a and b; the test targets are c, d and a.
    TrainingData data = Examples.data(4, "abc", "abd", "bca");

    RankingMetrics popularity = popularity(data, Split.leaveOneOut(data));

    // c is first of {c, d}, d is second of {c, d}, a is first of {a, d}.
    assertThat(popularity.hitRate(1)).isEqualTo(2 / 3.0);
    assertThat(popularity.hitRate(5)).isEqualTo(1);
  }

  @Test
  void seenItemsMayComeAgainInSessions() {
    TrainingData data = Examples.data(3, "aab", "aba", "ca");
    Split split = Split.sessions(data, user -> user > 0, 100);

    // Learnable are a and a; a is the target of both test sessions.
    assertThat(popularity(data, split).hitRate(1)).isEqualTo(1);
  }

  @Test
  void itemsThatTheModelDoesNotKnowAreNotCounted() {
    TrainingData data = Examples.data(3, "aab", "aca");
    Split split = Split.sessions(data, user -> user == 1, 100);

    LearnedEvents learned = LearnedEvents.of(data, split, ColdItems.of(0));

    assertThat(learned.counts()).containsExactly(0, 0, 0);
  }

  @Test
  void markovRanksByWhatCameNextThenByPopularity() {
    // After a came b twice and c once; a and d are the most popular, then e.
    LearnedEvents learned = Examples.learned(5, "ab", "ab", "ac", "ddd", "e");
    TrainingData data = Examples.data(5, "ea");
    ItemScores scores = new ItemScores(5, Popularity.of(learned));

    MarkovBaseline.of(data, learned).score(0, 2, scores);

    assertThat(IntStream.range(0, 5).map(scores::rank)).containsExactly(3, 1, 2, 4, 5);
  }

  @Test
  void itemKnnGoesByAsManyItemsAsDoBestOnTheValidationItems() {
    // The validation item of the last user, b, goes with a; with c, which is between, go thirteen
    // others.
    List<String> histories = new ArrayList<>(Collections.nCopies(40, "ab"));
    histories.addAll(Collections.nCopies(10, "cdefghijklmnopqr"));
    histories.add("acbs");
    TrainingData data = Examples.data(19, histories.toArray(String[]::new));

    assertThat(baselines(data, Split.leaveOneOut(data)).lastItems()).isEqualTo(2);
  }

  private static RankingMetrics popularity(TrainingData data, Split split) {
    return Objects.requireNonNull(baselines(data, split).rank(split.test()).get("popularity"));
  }

  private static Baselines baselines(TrainingData data, Split split) {
    LearnedEvents learned = LearnedEvents.of(data, split, ColdItems.none());
    return Baselines.of(data, split, learned, Popularity.of(learned), 2);
  }
}
