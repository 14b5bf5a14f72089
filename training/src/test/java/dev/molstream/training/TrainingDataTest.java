package dev.molstream.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molstream.model.ItemContent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingDataTest {
  private static ItemContent film(String id) {
    return new ItemContent(id, "Film " + id, List.of(), Map.of(), null);
  }

  @Test
  void keepsEachUsersEventsInTimeOrderAndTiesAsAdded() {
    TrainingData data =
        TrainingData.builder()
            .item(film("a"))
            .item(film("b"))
            .item(film("c"))
            .event("anna", "c", 1, 30)
            .event("bert", "a", 2, 5)
            .event("anna", "a", 3, 10)
            .event("anna", "b", 4, 10)
            .build();

    assertThat(data.userCount()).isEqualTo(2);
    assertThat(data.userId(0)).isEqualTo("anna");
    assertThat(data.length(0)).isEqualTo(3);
    assertThat(List.of(data.item(0, 0), data.item(0, 1), data.item(0, 2))).containsExactly(0, 1, 2);
    assertThat(data.action(0, 1)).isEqualTo(4);
    assertThat(data.timestampMillis(0, 2)).isEqualTo(30);
    assertThat(data.item(1, 0)).isZero();
  }

  @Test
  void growsBeyondItsFirstCapacity() {
    TrainingData.Builder builder = TrainingData.builder().item(film("a"));
    for (int i = 0; i < 5000; i++) {
      builder.event("u" + i % 7, "a", 0, i);
    }

    TrainingData data = builder.build();

    assertThat(data.eventCount()).isEqualTo(5000);
    assertThat(data.timestampMillis(6, data.length(6) - 1)).isEqualTo(4997);
  }

  @Test
  void refusesWhatItCannotLearnFromAndNamesIt() {
    TrainingData.Builder builder = TrainingData.builder().item(film("a"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.event("anna", "z", 0, 0))
        .withMessage("event of user \"anna\" names item \"z\", which is not listed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.item(film("a")))
        .withMessage("item \"a\" is listed twice");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.event("anna", "a", 200, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessageContaining("0 events");
  }

  @Test
  void withoutItemsKeepsUsersAndTheOrderOfWhatIsLeft() {
    TrainingData data =
        TrainingData.builder()
            .item(film("a"))
            .item(film("b"))
            .item(film("c"))
            .event("anna", "b", 1, 10)
            .event("bert", "c", 2, 20)
            .event("bert", "b", 3, 30)
            .event("bert", "a", 4, 40)
            .build();

    TrainingData rest = data.without(item -> item == 1);

    assertThat(rest.items()).extracting(ItemContent::itemId).containsExactly("a", "c");
    assertThat(rest.userCount()).isEqualTo(2);
    assertThat(rest.length(0)).isZero();
    assertThat(rest.userId(1)).isEqualTo("bert");
    assertThat(rest.length(1)).isEqualTo(2);
    assertThat(List.of(rest.item(1, 0), rest.item(1, 1))).containsExactly(1, 0);
    assertThat(rest.action(1, 1)).isEqualTo(4);
    assertThat(rest.timestampMillis(1, 1)).isEqualTo(40);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> data.without(_ -> true))
        .withMessage("nothing to learn from: 0 items and 0 events");
  }
}
