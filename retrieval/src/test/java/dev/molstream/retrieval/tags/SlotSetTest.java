package dev.molstream.retrieval.tags;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The set against a plain one, under random operations. */
class SlotSetTest {
  private final SlotSet set = new SlotSet();
  private final Set<Integer> model = new TreeSet<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void holdsWhatIsIn(long seed) {
    // given
    SplittableRandom random = new SplittableRandom(seed);

    // when, then
    for (int step = 1; step <= 30_000; step++) {
      // One container dense enough for a bitmap, four sparse ones, one that is never used.
      int slot = random.nextInt(3) > 0 ? random.nextInt(9_000) : random.nextInt(65_536, 393_216);
      slot += slot >= 131_072 ? 65_536 : 0;
      // It fills and empties again.
      if (random.nextInt(20_000) > step - 5_000) {
        set.add(slot);
        model.add(slot);
      } else {
        set.remove(slot);
        model.remove(slot);
      }
      assertThat(set.size()).isEqualTo(model.size());
      assertThat(set.contains(slot)).isEqualTo(model.contains(slot));
      if (step % 3_000 == 0) {
        assertThat(slots(set)).isEqualTo(new ArrayList<>(model));
      }
    }
    for (int slot = 0; slot < 500_000; slot++) {
      assertThat(set.contains(slot)).isEqualTo(model.contains(slot));
    }
    model.forEach(set::remove);
    assertThat(set.size()).isZero();
    assertThat(slots(set)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 10_000})
  void showsAReaderWhatWasInWhenItBegan(int count) {
    // given
    IntStream.range(0, count).forEach(set::add);
    set.add(200_000);
    List<Integer> before = slots(set);
    List<Integer> shown = new ArrayList<>();

    // when
    set.forEach(
        slot -> {
          shown.add(slot);
          set.add(slot + 20_000);
          set.remove(slot + 1);
          set.remove(200_000);
        });

    // then
    assertThat(shown).isEqualTo(before);
    assertThat(set.contains(200_000)).isFalse();
    assertThat(set.contains(count - 1)).isFalse();
  }

  @Test
  void growsLittleForAFewSlots() {
    IntStream.range(0, 1_000).forEach(set::add);

    assertThat(set.retainedBytes()).isBetween(2_000L, 4_000L);
  }

  private static List<Integer> slots(SlotSet set) {
    List<Integer> slots = new ArrayList<>();
    set.forEach(slots::add);
    return slots;
  }
}
