package dev.molstream.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.training.TrainingProgress.Phase;
import dev.molstream.training.network.EncoderKind;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final int RISEN = 1000;

  private final Schedule schedule =
      ToyData.settings(EncoderKind.HSTU, 3, 1).schedule().withLearningRate(1);

  @Test
  void theRateFallsInOneLineOverWarmUpAndMixture() {
    assertThat(schedule.learningRate(Phase.WARM_UP, 0, 0)).isLessThan(0.05);
    assertThat(schedule.learningRate(Phase.WARM_UP, RISEN, 0)).isEqualTo(1);
    double between = 1 - 0.95 * 0.75;
    assertThat(schedule.learningRate(Phase.WARM_UP, RISEN, 1)).isCloseTo(between, within(1e-12));
    assertThat(schedule.learningRate(Phase.MIXTURE, RISEN, 0)).isCloseTo(between, within(1e-12));
    assertThat(schedule.learningRate(Phase.MIXTURE, RISEN, 1)).isCloseTo(0.05, within(1e-12));
    assertThat(schedule.learningRate(Phase.REFIT, RISEN, 0)).isCloseTo(0.05, within(1e-12));
  }

  @Test
  void goesOnAfterAWarmUpAtTheRateThatItLeft() {
    Schedule rest = schedule.afterWarmUp();

    assertThat(rest.warmUpEpochs()).isZero();
    assertThat(rest.mixtureEpochs()).isEqualTo(1);
    assertThat(rest.learningRate(Phase.MIXTURE, RISEN, 0))
        .isEqualTo(schedule.learningRate(Phase.WARM_UP, RISEN, 1));
  }
}
