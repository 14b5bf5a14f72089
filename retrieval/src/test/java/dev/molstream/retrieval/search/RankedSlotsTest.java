package dev.molstream.retrieval.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.VectorFormat;
import dev.molstream.retrieval.record.RecordLayout;
import dev.molstream.retrieval.record.Records;
import dev.molstream.retrieval.slots.SlotTable;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a sorted list. Few distinct scores, so that ties abound. */
class RankedSlotsTest {
  private record Offer(float score, int slot, String itemId) {}

  private final Arena arena = Arena.ofConfined();
  private final RecordLayout layout =
      new RecordLayout(new MolShape(1, 1, 1, 1, 1, 1), VectorFormat.FLOAT32);
  private final SlotTable slots = new SlotTable();
  private final RankedSlots ranked = new RankedSlots(slots, layout);
  private final List<Offer> model = new ArrayList<>();

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,500", "7,500", "64,64", "65,1000", "200,1000", "1000,999", "1000,1001"})
  void keepsTheBestInOrder(int limit, int offers) {
    // given
    SplittableRandom random = new SplittableRandom(limit * 31L + offers);
    ranked.start(limit);

    // when
    for (int i = 0; i < offers; i++) {
      offer(limit, new Offer(random.nextInt(20), slots.take(), "item " + i * 7919 % offers));
      assertThat(ranked.floor())
          .isEqualTo(i + 1 < limit ? Float.NEGATIVE_INFINITY : model.getLast().score());
    }
    ranked.sort();

    // then
    assertRanked();
  }

  @ParameterizedTest
  @CsvSource({"1,200", "7,1000", "64,1000", "300,3000"})
  void takesSlotsOutAndGoesOnCollecting(int limit, int steps) {
    // given
    SplittableRandom random = new SplittableRandom(limit);
    for (int search = 0; search < 2; search++) {
      model.clear();
      ranked.start(limit);

      // when, then
      for (int step = 0; step < steps; step++) {
        int dice = random.nextInt(20);
        if (dice < 12) {
          int slot = slots.take();
          offer(limit, new Offer(random.nextInt(20), slot, "item " + slot * 7919L % 10_007));
        } else if (dice < 19) {
          int slot = random.nextInt(Math.max(1, slots.limit()));
          boolean held = model.removeIf(offer -> offer.slot() == slot);
          assertThat(ranked.remove(slot)).isEqualTo(held);
          if (!model.isEmpty()) {
            Offer gone = model.remove(random.nextInt(model.size()));
            assertThat(ranked.remove(gone.slot())).isTrue();
          }
        } else {
          ranked.sort();
          assertRanked();
          ranked.unsort();
        }
      }
      ranked.sort();
      assertRanked();
    }
  }

  /** By code points, which is not the order of Java's strings. */
  @Test
  void ranksEqualScoresByItemId() {
    // given
    List<String> ids = List.of("a", "aa", "b", "é", "\uFFFD", "🎬");
    ranked.start(4);

    // when
    for (int i : new int[] {3, 5, 0, 4, 2, 1}) {
      ranked.offer(1, place(slots.take(), ids.get(i)));
    }
    ranked.sort();

    // then
    assertThat(List.of(itemId(0), itemId(1), itemId(2), itemId(3))).isEqualTo(ids.subList(0, 4));
  }

  @Test
  void ranksASlotThatBecameFreeSomewhere() {
    // given
    ranked.start(2);
    int free = place(slots.take(), "a");
    ranked.offer(1, free);
    slots.free(free);

    // when
    ranked.offer(1, place(10, "b"));
    ranked.offer(2, place(11, "c"));
    ranked.sort();

    // then
    assertThat(ranked.size()).isEqualTo(2);
    assertThat(ranked.slot(0)).isEqualTo(11);
  }

  private void offer(int limit, Offer offer) {
    ranked.offer(offer.score(), place(offer.slot(), offer.itemId()));
    model.add(offer);
    model.sort(Comparator.comparing(Offer::score).reversed().thenComparing(Offer::itemId));
    if (model.size() > limit) {
      model.removeLast();
    }
  }

  private void assertRanked() {
    assertThat(ranked.size()).isEqualTo(model.size());
    for (int rank = 0; rank < model.size(); rank++) {
      assertThat(ranked.slot(rank)).isEqualTo(model.get(rank).slot());
      assertThat(ranked.score(rank)).isEqualTo(model.get(rank).score());
    }
  }

  private String itemId(int rank) {
    return layout.itemId(slots.address(ranked.slot(rank)));
  }

  private int place(int slot, String id) {
    MolItem item = new MolItem(id, "", List.of(), true, new float[1], new float[1], new float[1]);
    slots.set(slot, Records.place(layout, item, arena), true);
    return slot;
  }
}
