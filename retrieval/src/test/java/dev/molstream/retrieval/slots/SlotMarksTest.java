package dev.molstream.retrieval.slots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlotMarksTest {
  private final SlotMarks marks = new SlotMarks();

  @Test
  void remembersWhatWasAddedSinceTheStart() {
    SplittableRandom random = new SplittableRandom(1);
    for (int limit : new int[] {10, 100_000, 64, 0, 300_000, 3_000}) {
      // given
      Set<Integer> model = new LinkedHashSet<>();
      marks.start(limit);

      // when
      for (int i = 0; i < 5_000; i++) {
        // Some were given out after the limit was read.
        int slot = random.nextInt(limit + limit / 10 + 5);
        assertThat(marks.add(slot)).isEqualTo(model.add(slot));
      }

      // then
      List<Integer> inOrder = new ArrayList<>();
      for (int i = 0; i < marks.size(); i++) {
        inOrder.add(marks.slot(i));
      }
      assertThat(inOrder).isEqualTo(new ArrayList<>(model));
      for (int i = 0; i < 5_000; i++) {
        int slot = random.nextInt(400_000);
        assertThat(marks.contains(slot)).isEqualTo(model.contains(slot));
      }
    }
  }

  @Test
  void startsEmpty() {
    assertThat(marks.size()).isZero();
    assertThat(marks.contains(0)).isFalse();
    assertThat(marks.contains(1 << 25)).isFalse();
  }
}
