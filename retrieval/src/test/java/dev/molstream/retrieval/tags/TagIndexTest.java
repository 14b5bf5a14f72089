package dev.molstream.retrieval.tags;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.snapshot.Snapshots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TagIndexTest {
  private static final List<String> CATEGORIES = List.of("Drama", "Comedy", "Ärger", "映画");

  private final TagIndex index = new TagIndex();

  private record Tags(List<String> categories, Map<String, String> attributes) {}

  @Test
  void knowsTheSlotsOfEveryTag() {
    // given
    SplittableRandom random = new SplittableRandom(1);
    Map<Integer, Tags> model = new HashMap<>();

    // when
    for (int step = 0; step < 5_000; step++) {
      int slot = random.nextInt(300) * 500;
      Tags old = model.remove(slot);
      if (old != null) {
        index.remove(slot, old.categories(), old.attributes());
      } else {
        Tags tags = randomTags(random);
        index.add(slot, tags.categories(), tags.attributes());
        model.put(slot, tags);
      }
    }

    // then
    Map<String, Set<Integer>> expected = new HashMap<>();
    model.forEach(
        (slot, tags) -> {
          tags.categories().forEach(name -> note(expected, Tag.category(name), slot));
          tags.attributes()
              .forEach((key, value) -> note(expected, Tag.attribute(key, value), slot));
        });
    verify(index, expected);
    TagIndex restored = new TagIndex();
    Snapshots.saveAndRestore(
        index::save,
        in -> {
          restored.restore(in);
          return restored;
        });
    verify(restored, expected);
    assertThat(restored.retainedBytes()).isLessThanOrEqualTo(index.retainedBytes());
    assertThat(expected).hasSize(4 + 2 * 5);
  }

  private static void verify(TagIndex index, Map<String, Set<Integer>> expected) {
    expected.forEach(
        (tag, slots) -> {
          Set<Integer> shown = new HashSet<>();
          index.slots(tag).forEach(shown::add);
          assertThat(shown).isEqualTo(slots);
          assertThat(index.slots(tag).size()).isEqualTo(slots.size());
        });
  }

  @Test
  void tellsCategoriesFromAttributes() {
    index.add(1, List.of("year"), Map.of("year", "1999"));

    assertThat(index.slots(Tag.category("year")).contains(1)).isTrue();
    assertThat(index.slots(Tag.attribute("year", "1999")).contains(1)).isTrue();
    assertThat(index.slots(Tag.category("1999")).size()).isZero();
    assertThat(index.slots(Tag.attribute("1999", "year")).size()).isZero();
    assertThat(index.slots(Tag.attribute("yea", "r1999")).size()).isZero();
  }

  @Test
  void takesTheTagsOfAnItem() {
    // given
    MolItem item =
        Examples.item(
            Examples.shape(1, 1, 1, 1), new SplittableRandom(1), "a", List.of("War"), true);

    // when
    index.add(70_000, item);

    // then
    assertThat(index.slots(Tag.category("War")).contains(70_000)).isTrue();
  }

  @Test
  void forgetsTagsThatNobodyCarries() {
    // given
    index.add(1, List.of("Drama"), Map.of("year", "1999"));
    index.add(2, List.of("Drama"), Map.of());
    SlotSet held = index.slots(Tag.category("Drama"));

    // when
    index.remove(1, List.of("Drama"), Map.of("year", "1999"));
    index.remove(2, List.of("Drama", "unknown"), Map.of());

    // then
    assertThat(index.retainedBytes()).isZero();
    assertThat(index.slots(Tag.category("Drama")).size()).isZero();
    assertThat(held.size()).isZero();
  }

  @Test
  void forgetsEverythingAtOnce() {
    index.add(1, List.of("Drama"), Map.of("year", "1999"));

    index.clear();

    assertThat(index.slots(Tag.category("Drama")).size()).isZero();
    assertThat(index.retainedBytes()).isZero();
  }

  private static Tags randomTags(SplittableRandom random) {
    List<String> categories = new ArrayList<>(CATEGORIES);
    categories.removeIf(_ -> random.nextBoolean());
    Map<String, String> attributes = new HashMap<>();
    for (String key : List.of("year", "länge")) {
      if (random.nextBoolean()) {
        attributes.put(key, "value " + random.nextInt(5));
      }
    }
    return new Tags(categories, attributes);
  }

  private static void note(Map<String, Set<Integer>> slots, String tag, int slot) {
    slots.computeIfAbsent(tag, _ -> new HashSet<>()).add(slot);
  }
}
