package dev.molstream.retrieval.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.VectorFormat;
import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.record.Records;
import dev.molstream.retrieval.snapshot.Snapshots;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dictionary against a plain map, under random operations. */
class IdDictionaryTest {
  private final Arena arena = Arena.ofConfined();
  private final RecordLayout layout =
      new RecordLayout(new MolShape(1, 1, 1, 1, 1, 1), VectorFormat.FLOAT32);
  private final SlotTable slots = new SlotTable();
  private final IdDictionary dictionary = new IdDictionary(slots, layout);
  private final Map<String, Integer> model = new HashMap<>();

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void findsWhatIsHeld(long seed) {
    // given
    SplittableRandom random = new SplittableRandom(seed);
    List<String> ids = ids();
    Map<String, Long> records = new HashMap<>();
    ids.forEach(id -> records.put(id, place(id)));

    // when, then
    for (int step = 0; step < 40_000; step++) {
      // It fills up, and then stays half full: tables grow, and gather what was removed.
      String id = ids.get(random.nextInt(ids.size()));
      int slot = model.getOrDefault(id, IdDictionary.ABSENT);
      assertThat(dictionary.find(id)).as(id).isEqualTo(slot);
      if (slot == IdDictionary.ABSENT) {
        add(id, records.getOrDefault(id, 0L));
      } else if (step > 10_000) {
        remove(id);
      }
      assertThat(dictionary.size()).isEqualTo(model.size());
      if (step % 10_000 == 0) {
        saveAndRestore();
      }
    }
    for (String id : ids) {
      assertThat(dictionary.find(id)).isEqualTo(model.getOrDefault(id, IdDictionary.ABSENT));
    }
    assertThat(dictionary.find("another")).isEqualTo(IdDictionary.ABSENT);
  }

  @Test
  void doesNotGrowWhileTheSameItemsComeAndGo() {
    // given
    long record = place("a");
    add("a", record);
    remove("a");
    long bytes = dictionary.retainedBytes();

    // when
    for (int i = 0; i < 1_000; i++) {
      add("a", record);
      remove("a");
    }

    // then
    assertThat(dictionary.retainedBytes()).isEqualTo(bytes);
    assertThat(dictionary.size()).isZero();
  }

  @Test
  void takesAboutEightBytesPerItem() {
    long before = dictionary.retainedBytes();

    for (int i = 0; i < 10_000; i++) {
      add("item " + i, place("item " + i));
    }

    assertThat(dictionary.retainedBytes() - before).isBetween(0L, 10 * 10_000L);
  }

  @Test
  void forgetsEverythingAtOnce() {
    // given
    long before = dictionary.retainedBytes();
    for (String id : colliding()) {
      add(id, place(id));
    }

    // when
    dictionary.clear();

    // then
    assertThat(dictionary.size()).isZero();
    assertThat(dictionary.retainedBytes()).isEqualTo(before);
    for (String id : colliding()) {
      assertThat(dictionary.find(id)).isEqualTo(IdDictionary.ABSENT);
    }
  }

  @Test
  void refusesToRemoveWhatItDoesNotHold() {
    add("a", place("a"));

    assertThatIllegalStateException()
        .isThrownBy(() -> dictionary.remove("a", 5))
        .withMessage("item a is not known to be in slot 5");
    assertThatIllegalStateException()
        .isThrownBy(() -> dictionary.remove("b", 0))
        .withMessage("item b is not known to be in slot 0");
  }

  private void saveAndRestore() {
    long bytes = dictionary.retainedBytes();
    Snapshots.saveAndRestore(
        dictionary::save,
        in -> {
          dictionary.clear();
          dictionary.restore(in);
          return dictionary;
        });
    assertThat(dictionary.retainedBytes()).isEqualTo(bytes);
  }

  private static List<String> ids() {
    List<String> ids = new ArrayList<>(colliding());
    for (int i = 0; i < 2_500; i++) {
      ids.add("item " + i);
      ids.add("映画 " + i);
      ids.add("🎬é" + i);
    }
    return ids;
  }

  /** 256 ids of the same hash code. */
  private static List<String> colliding() {
    List<String> ids = List.of("");
    for (int i = 0; i < 8; i++) {
      List<String> longer = new ArrayList<>();
      ids.forEach(id -> longer.addAll(List.of(id + "Aa", id + "BB")));
      ids = longer;
    }
    return ids;
  }

  private void add(String id, long record) {
    int slot = slots.take();
    slots.set(slot, record, true);
    dictionary.add(id, slot);
    model.put(id, slot);
  }

  private void remove(String id) {
    int slot = dictionary.find(id);
    dictionary.remove(id, slot);
    slots.free(slot);
    model.remove(id);
  }

  private long place(String id) {
    MolItem item = new MolItem(id, "", List.of(), true, new float[1], new float[1], new float[1]);
    return Records.place(layout, item, arena);
  }
}
