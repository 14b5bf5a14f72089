package dev.molstream.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molstream.model.ItemContent;
import dev.molstream.training.network.EncoderKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {
  @ParameterizedTest
  @EnumSource(EncoderKind.class)
  void learnsWhatComesNextBetterWithEveryPhase(EncoderKind encoder) {
    List<TrainingProgress.Epoch> epochs = new ArrayList<>();

    try (TrainedModel model =
        Trainer.train(ToyData.create(120), ToyData.settings(encoder, 10, 3), record(epochs))) {
      double chance = 10.0 / ToyData.FILMS;
      assertThat(model.validationHitRate()).isGreaterThan(2 * chance);
    }

    assertThat(epochs).hasSize(13);
    assertThat(epochs.get(9).loss()).isLessThan(epochs.get(0).loss() * 0.7);
    assertThat(epochs.get(12).loss()).isLessThan(epochs.get(10).loss());
    assertThat(epochs.get(12).phase()).isEqualTo(TrainingProgress.Phase.MIXTURE);
  }

  @Test
  void equalSeedsMakeEqualModelsWhateverTheNumberOfWorkers() {
    TrainingData data = ToyData.create(40);
    TrainingSettings two = ToyData.settings(EncoderKind.HSTU, 1, 1);
    TrainingSettings one = two.withWorkers(1);

    try (TrainedModel first = Trainer.train(data, two, TrainingProgress.SILENT);
        TrainedModel second = Trainer.train(data, one, TrainingProgress.SILENT);
        TrainedModel other = Trainer.train(data, two.withSeed(4), TrainingProgress.SILENT)) {
      Map<String, float[]> weights = first.network.parameters().snapshot();
      Map<String, float[]> same = second.network.parameters().snapshot();
      Map<String, float[]> different = other.network.parameters().snapshot();
      weights.forEach((name, values) -> assertThat(same.get(name)).as(name).isEqualTo(values));
      assertThat(different.get("query.components.weight"))
          .isNotEqualTo(weights.get("query.components.weight"));
    }
  }

  @Test
  void learnsSomethingInEachPhaseHoweverShortTheTime() {
    List<TrainingProgress.Epoch> epochs = new ArrayList<>();

    Trainer.train(
            ToyData.create(40),
            ToyData.settings(EncoderKind.HSTU, 50, 50).withTimeBudget(Duration.ZERO),
            record(epochs))
        .close();

    assertThat(epochs)
        .extracting(TrainingProgress.Epoch::phase)
        .containsExactly(TrainingProgress.Phase.WARM_UP, TrainingProgress.Phase.MIXTURE);
  }

  @Test
  void refusesDataWithNothingToForetell() {
    TrainingData data =
        TrainingData.builder()
            .item(new ItemContent("a", "A", List.of(), Map.of(), null))
            .event("anna", "a", 0, 0)
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Trainer.train(
                    data, ToyData.settings(EncoderKind.HSTU, 1, 0), TrainingProgress.SILENT))
        .withMessage("nothing to learn from: no user has two events");
  }

  private static TrainingProgress record(List<TrainingProgress.Epoch> epochs) {
    return new TrainingProgress() {
      @Override
      public void epoch(Epoch epoch) {
        epochs.add(epoch);
      }
    };
  }
}
