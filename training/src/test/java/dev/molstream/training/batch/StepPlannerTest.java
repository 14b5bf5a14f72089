package dev.molstream.training.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.model.ItemContent;
import dev.molstream.training.Split;
import dev.molstream.training.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StepPlannerTest {
  private static final int ITEMS = 50;
  private final TrainingData data = data();

  @Test
  void everyLabelIsTheItemAfterItsPositionAndNeverHeldOut() {
    for (TrainingStep step : steps(1000, 0, 0.5)) {
      for (SequenceBatch batch : step.batches()) {
        for (int i = 0; i < batch.labels().length; i++) {
          int input = step.items().number((int) batch.inputs()[(int) batch.positions()[i]]);
          int label = step.items().number((int) batch.labels()[i]);
          assertThat(label).isEqualTo(input + 1); // users walk through the items in order
          assertThat(label % 10).isLessThan(8); // the last two of ten are held out
        }
      }
    }
  }

  @Test
  void shortHistoriesCountInFullAndLongOnesUpToTheWindow() {
    int positions = steps(1000, 0, 0).stream().mapToInt(TrainingStep::positions).sum();

    assertThat(positions).isEqualTo(5 * 4); // 8 learnable events: 7 transitions, window of 4
  }

  @Test
  void drawsAsManyPositionsAndNegativesAsAsked() {
    List<TrainingStep> steps = steps(6, 2, 0);

    assertThat(steps.stream().mapToInt(TrainingStep::mixedPositions).sum()).isEqualTo(5 * 2);
    assertThat(steps.stream().mapToInt(TrainingStep::positions).sum()).isEqualTo(5 * 4);
    assertThat(steps).allSatisfy(step -> assertThat(step.negatives().count()).isEqualTo(6));
    assertThat(steps(1000, 0, 0))
        .allSatisfy(step -> assertThat(step.negatives().count()).isEqualTo(ITEMS));
  }

  private List<TrainingStep> steps(int negatives, int positionsPerUser, double earlier) {
    List<TrainingStep> steps = new ArrayList<>();
    StepPlanner planner =
        new StepPlanner(data, Split.leaveOneOut(data), new BatchSettings(4, 2, 8, 0, earlier));
    planner.epoch(new SplittableRandom(3), negatives, positionsPerUser).forEach(steps::add);
    assertThat(steps).hasSize(planner.steps());
    return steps;
  }

  private static TrainingData data() {
    TrainingData.Builder builder = TrainingData.builder();
    for (int item = 0; item < ITEMS; item++) {
      builder.item(new ItemContent("i" + item, "", List.of(), Map.of(), null));
    }
    for (int event = 0; event < ITEMS; event++) {
      builder.event("u" + event / 10, "i" + event, 0, event);
    }
    return builder.build();
  }
}
