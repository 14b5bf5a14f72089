package dev.molstream.benchmark.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GroundTruthTest {
  @Test
  void countsWhatReachesTheLastScoreOfTheExactAnswer() {
    GroundTruth truth = GroundTruth.of(new float[] {5, 2}, new int[] {4, 4});

    assertThat(truth.recall(0, new float[] {9, 7, 5, 4}, 4)).isEqualTo(0.75);
    assertThat(truth.recall(1, new float[] {9, 7, 5, 4}, 4)).isEqualTo(1);
    assertThat(truth.recall(0, new float[] {1, 1, 1, 1}, 4)).isZero();
  }

  @Test
  void countsAnyOfSeveralItemsWithTheSameScore() {
    GroundTruth truth = GroundTruth.of(new float[] {5}, new int[] {2});

    assertThat(truth.recall(0, new float[] {5, 5 - GroundTruth.TIE / 2}, 2)).isEqualTo(1);
    assertThat(truth.recall(0, new float[] {5, 5 - GroundTruth.TIE * 2}, 2)).isEqualTo(0.5);
  }

  @Test
  void missesItemsOfAnAnswerThatIsTooShort() {
    GroundTruth truth = GroundTruth.of(new float[] {5}, new int[] {4});

    assertThat(truth.recall(0, new float[] {9, 0, 0, 0}, 1)).isEqualTo(0.25);
  }

  @Test
  void isCompleteWhenThereIsNothingToFind() {
    GroundTruth truth = GroundTruth.of(new float[] {0}, new int[] {0});

    assertThat(truth.recall(0, new float[0], 0)).isEqualTo(1);
  }
}
