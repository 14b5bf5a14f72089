package dev.molstream.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.benchmark.Examples;
import dev.molstream.benchmark.InvalidBenchmarkException;
import dev.molstream.benchmark.report.Row;
import dev.molstream.benchmark.report.Table;
import dev.molstream.training.TrainingData;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningTest {
  @TempDir Path folder;

  @Test
  void comparesTheOldModelANewOneAndTheOldOneGoneOn() {
    // given
    Experiment experiment = new FineTuning();
    TrainingData data = Examples.data(900);

    // when
    List<Row> rows =
        Toys.run(experiment, Toys.inputs(data, Toys.ITEMS, 5e-3, null, false, List.of(), folder));

    // then
    assertThat(rows)
        .extracting(row -> row.text("model"))
        .containsExactly("old", "anew", "fine-tuned", "fine-tuned", "fine-tuned");
    assertThat(rows).allSatisfy(row -> assertThat(row.number("users")).isEqualTo(5));
    assertThat(rows).allSatisfy(row -> assertThat(row.number("trainSeconds")).isPositive());
    assertThat(rows.get(1).number("timeShare")).isEqualTo(1);
    assertThat(rows.get(0).text("recovered")).isNull();
    assertThat(rows.get(2).text("recovered")).isNotNull();
    assertThat(Table.of(experiment.title(), experiment.columns(), rows).lines()).hasSize(5);
  }

  @Test
  void refusesDataWhoseEventsAreAllAtOneTime() {
    TrainingData.Builder events = TrainingData.builder();
    Examples.data().items().forEach(events::item);
    for (int user = 0; user < 40; user++) {
      events.event("user-" + user, "film-1", 0, 7).event("user-" + user, "film-2", 0, 7);
    }
    TrainingData data = events.build();

    assertThatThrownBy(
            () ->
                Toys.run(
                    new FineTuning(),
                    Toys.inputs(data, Toys.ITEMS, 5e-3, null, false, List.of(), folder)))
        .isInstanceOf(InvalidBenchmarkException.class)
        .hasMessageContaining("valid is data whose events are at different times");
  }
}
