package dev.molstream.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.model.ItemContent;
import dev.molstream.model.ModelBundle;
import dev.molstream.model.RandomBundle;
import dev.molstream.model.UserTable;
import dev.molstream.retrieval.MolShape;
import dev.molstream.training.network.EncoderKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {
  @ParameterizedTest
  @EnumSource(EncoderKind.class)
  void learnsWhatComesNextBetterWithEveryPhase(EncoderKind encoder) {
    List<TrainingProgress.Epoch> epochs = new ArrayList<>();

    try (TrainedModel model =
        Trainer.train(ToyData.create(120), ToyData.settings(encoder, 20, 8), record(epochs))) {
      double chance = 10.0 / ToyData.FILMS;
      assertThat(model.validationHitRate()).isGreaterThan(2 * chance);
    }

    assertThat(epochs).hasSize(28);
    assertThat(epochs.get(19).loss()).isLessThan(epochs.get(0).loss() * 0.7);
    assertThat(epochs.get(27).loss()).isLessThan(epochs.get(20).loss());
    assertThat(epochs.get(27).phase()).isEqualTo(TrainingProgress.Phase.MIXTURE);
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
  void negativesStandForTheWholeCatalogueOrForThemselves() {
    TrainingSettings settings = ToyData.settings(EncoderKind.HSTU, 0, 1);
    Schedule still = settings.schedule().withLearningRate(1e-12);
    List<TrainingProgress.Epoch> epochs = new ArrayList<>();

    for (boolean all : new boolean[] {true, false}) {
      TrainingSettings counted = settings.withSchedule(still.withNegativesStandingForAll(all));
      trainer(ToyData.create(40), counted).reportingTo(record(epochs)).train().close();
    }

    // Of scores that are all alike, the loss is the logarithm of how many there are.
    double ratio = epochs.get(0).loss() - epochs.get(1).loss();
    assertThat(ratio).isCloseTo(Math.log((double) ToyData.FILMS / 20), within(0.15));
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
  void endsInTheSameWeightsWhenInterruptedAndResumed(@TempDir Path directory) {
    TrainingData data = ToyData.create(40);
    TrainingSettings settings = refitted(ToyData.settings(EncoderKind.HSTU, 2, 2), 2);
    Path file = directory.resolve("new/checkpoint.pt");
    Map<String, float[]> expected;
    try (TrainedModel whole = Trainer.train(data, settings, TrainingProgress.SILENT)) {
      expected = whole.network.parameters().snapshot();
    }
    for (int interrupted = 1; interrupted < 6; interrupted++) {
      int last = interrupted;
      assertThatThrownBy(
              () -> trainer(data, settings).keeping(file).reportingTo(stopAfter(last)).train())
          .hasMessage("stopped after epoch " + last);
    }

    try (TrainedModel resumed = trainer(data, settings).keeping(file).train()) {
      Map<String, float[]> weights = resumed.network.parameters().snapshot();
      expected.forEach((name, values) -> assertThat(weights.get(name)).as(name).isEqualTo(values));
    }
  }

  @Test
  void theChosenModelLearnsFromWhatItWasChosenBy(@TempDir Path directory) {
    TrainingData data = ToyData.create(40);
    TrainingSettings settings = ToyData.settings(EncoderKind.HSTU, 5, 1);
    List<TrainingProgress.Epoch> epochs = new ArrayList<>();
    double chosen;
    Map<String, float[]> before;
    try (TrainedModel model = Trainer.train(data, settings, TrainingProgress.SILENT)) {
      chosen = model.validationHitRate();
      before = model.network.parameters().snapshot();
    }

    try (TrainedModel model = Trainer.train(data, refitted(settings, 2), record(epochs))) {
      assertThat(model.validationHitRate()).isEqualTo(chosen);
      assertThat(model.network.parameters().snapshot().get("query.components.weight"))
          .isNotEqualTo(before.get("query.components.weight"));
      model.export(directory.resolve("bundle"), "toy", Instant.EPOCH, Map.of());
    }

    ModelBundle bundle = ModelBundle.read(directory.resolve("bundle"));
    assertThat(TrainedModel.isRefitted(bundle)).isTrue();
    assertThat(TrainedModel.learnedUntil(bundle))
        .isEqualTo(Split.leaveOneOut(data).withValidationLearned().learnableUntil(data));
    assertThat(epochs).hasSize(8);
    assertThat(epochs.subList(6, 8))
        .allMatch(epoch -> epoch.phase() == TrainingProgress.Phase.REFIT)
        .allMatch(epoch -> epoch.hitRate() == chosen);
  }

  @Test
  void refusesACheckpointOfAnotherRecipe(@TempDir Path directory) {
    TrainingData data = ToyData.create(40);
    TrainingSettings settings = ToyData.settings(EncoderKind.HSTU, 1, 0);
    Path file = directory.resolve("checkpoint.pt");
    trainer(data, settings).keeping(file).train().close();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer(data, settings.withSeed(9)).keeping(file).train())
        .withMessageContaining("is of other data or another recipe");
  }

  @Test
  void refusesACheckpointThatIsNone(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("checkpoint.pt"), "no archive");

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                trainer(ToyData.create(40), ToyData.settings(EncoderKind.HSTU, 1, 0))
                    .keeping(file)
                    .train())
        .withMessageStartingWith(file + " is not a checkpoint: ");
  }

  @Test
  void stopsAPhaseThatDoesNotGetBetter() {
    List<TrainingProgress.Epoch> epochs = new ArrayList<>();
    TrainingSettings settings = ToyData.settings(EncoderKind.HSTU, 60, 0);

    Trainer.train(
            ToyData.create(40),
            settings.withSchedule(settings.schedule().withPatience(3)),
            record(epochs))
        .close();

    int last = epochs.size();
    assertThat(last).isBetween(4, 59);
    assertThat(epochs.subList(last - 3, last)).noneMatch(TrainingProgress.Epoch::best);
    assertThat(epochs.get(last - 4).best()).isTrue();
  }

  @Test
  void startsFromLearnedWeightsAndGivesNewItemsRowsOfTheirOwn() {
    TrainingSettings settings = ToyData.settings(EncoderKind.HSTU, 1, 0);
    TrainingData data = ToyData.create(40);
    LearnedWeights learned;
    try (TrainedModel model = Trainer.train(data, settings, TrainingProgress.SILENT)) {
      learned = model.weights();
    }
    assertThat(learned.itemIds()).hasSize(ToyData.FILMS);
    TrainingData.Builder more = TrainingData.builder();
    more.item(new ItemContent("new", "New", List.of("Genre0"), Map.of(), null));
    data.items().forEach(more::item);
    more.event("anna", "new", 0, 1)
        .event("anna", "f1", 0, 2)
        .event("anna", "f2", 0, 3)
        .event("anna", "f3", 0, 4);
    TrainingSettings still = settings.withSchedule(settings.schedule().withLearningRate(1e-12));

    try (TrainedModel tuned = trainer(more.build(), still).from(learned).train()) {
      LearnedWeights weights = tuned.weights();
      assertThat(weights.itemIds()).hasSize(ToyData.FILMS + 1).endsWith("new");
      int width = settings.mol().baseDimension();
      assertThat(Arrays.copyOf(weights.values().get("item.ids"), (ToyData.FILMS + 1) * width))
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(learned.values().get("item.ids"));
      assertThat(weights.values().get("item.mix.weight"))
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(learned.values().get("item.mix.weight"));
    }
  }

  @Test
  void goesOnFromABundleWhereItStopped(@TempDir Path directory) {
    TrainingData data = ToyData.create(120);
    TrainingSettings settings =
        ToyData.settings(EncoderKind.HSTU, 6, 2).withUsers(new UserTable(64));
    double before;
    try (TrainedModel model = Trainer.train(data, settings, TrainingProgress.SILENT)) {
      before = model.validationHitRate();
      model.export(directory.resolve("bundle"), "toy", Instant.EPOCH, Map.of());
    }
    ModelBundle bundle = ModelBundle.read(directory.resolve("bundle"));
    TrainingSettings further =
        ToyData.settings(EncoderKind.SASREC, 1, 1).withNetworkOf(bundle).forFineTuning();
    List<TrainingProgress.Epoch> epochs = new ArrayList<>();

    trainer(data, further)
        .from(LearnedWeights.of(bundle))
        .reportingTo(record(epochs))
        .train()
        .close();

    assertThat(further.networkShape(ToyData.FILMS))
        .isEqualTo(settings.withEpochs(0, 1).networkShape(ToyData.FILMS));
    assertThat(TrainedModel.learnedUntil(bundle))
        .isEqualTo(Split.leaveOneOut(data).learnableUntil(data));
    assertThat(epochs.getFirst().phase()).isEqualTo(TrainingProgress.Phase.MIXTURE);
    assertThat(epochs.getFirst().hitRate()).isCloseTo(before, within(0.2));
    assertThat(before).isGreaterThan(2 * 10.0 / ToyData.FILMS);
  }

  @Test
  void refusesToGoOnFromABundleWithoutWeights(@TempDir Path directory) {
    RandomBundle.write(
        directory.resolve("bundle"),
        "random",
        new MolShape(16, 3, 2, 8, 8, 0.05f),
        List.of("a"),
        1);
    ModelBundle bundle = ModelBundle.read(directory.resolve("bundle"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToyData.settings(EncoderKind.HSTU, 1, 0).withNetworkOf(bundle))
        .withMessageEndingWith("has no weights.safetensors to start from: it was not trained here");
  }

  @Test
  void refusesToStartFromWeightsOfAnotherShape() {
    TrainingData data = ToyData.create(40);
    TrainingSettings settings = ToyData.settings(EncoderKind.HSTU, 1, 0);
    LearnedWeights learned;
    try (TrainedModel model = Trainer.train(data, settings, TrainingProgress.SILENT)) {
      learned = model.weights();
    }

    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer(data, settings.withMixture(2, 2, 8, 8)).from(learned).train())
        .withMessageContaining("weights to start from have");
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

  private static Trainer trainer(TrainingData data, TrainingSettings settings) {
    return Trainer.on(data, Split.leaveOneOut(data), settings);
  }

  private static TrainingSettings refitted(TrainingSettings settings, int epochs) {
    return settings.withSchedule(settings.schedule().withRefitEpochs(epochs));
  }

  private static TrainingProgress stopAfter(int epoch) {
    return new TrainingProgress() {
      @Override
      public void epoch(Epoch done) {
        if (done.epoch() == epoch) {
          throw new IllegalStateException("stopped after epoch " + epoch);
        }
      }
    };
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
