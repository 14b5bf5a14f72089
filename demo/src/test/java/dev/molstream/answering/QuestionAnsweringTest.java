package dev.molstream.answering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.demo.Progress;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuestionAnsweringTest {
  @Test
  void answersQuestionsItHasNotLearnedBetterThanTheVectorsAlone() {
    List<Passage> passages = TownGuide.passages().subList(0, 10);

    AnsweringReport report =
        QuestionAnswering.play(passages, 60, Progress.none(), InstantSource.system());

    assertThat(report.learned()).isEqualTo(40);
    assertThat(report.asked())
        .hasSize(40)
        .allSatisfy(
            asked -> {
              assertThat(asked.answer().isOk()).isTrue();
              assertThat(asked.answer().items()).hasSize(3);
              assertThat(asked.answer().recommendations().getHistoryLength()).isZero();
            });
    assertThat(report.hitRate(1)).isGreaterThan(report.cosineHitRate(1));
    assertThat(report.hitRate(3)).isBetween(0.8, 1.0);
    assertThat(report.cosineHitRate(3)).isBetween(report.cosineHitRate(1), 1.0);
  }
}
