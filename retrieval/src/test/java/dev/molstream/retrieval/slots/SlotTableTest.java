package dev.molstream.retrieval.slots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlotTableTest {
  private final SlotTable table = new SlotTable();

  @Test
  void givesOutFreeSlotsAgain() {
    // given
    assertThat(table.limit()).isZero();
    for (int slot = 0; slot < 200; slot++) {
      assertThat(table.take()).isEqualTo(slot);
      table.set(slot, 1_000 + slot, true);
    }
    for (int slot = 50; slot < 150; slot++) {
      table.free(slot);
    }

    // when
    int[] again = IntStream.range(0, 100).map(_ -> table.take()).toArray();

    // then
    assertThat(again).containsExactlyInAnyOrder(IntStream.range(50, 150).toArray());
    assertThat(table.limit()).isEqualTo(200);
    assertThat(table.take()).isEqualTo(200);
  }

  @Test
  void knowsWhereRecordsLieAndWhichAreAvailable() {
    // given
    SplittableRandom random = new SplittableRandom(1);
    int count = 70_000; // more than a chunk
    long[] addresses = new long[count];
    boolean[] available = new boolean[count];

    // when
    for (int slot = 0; slot < count; slot++) {
      assertThat(table.take()).isEqualTo(slot);
    }
    for (int step = 0; step < 3 * count; step++) {
      int slot = random.nextInt(count);
      addresses[slot] = random.nextLong(1, Long.MAX_VALUE);
      available[slot] = random.nextBoolean();
      table.set(slot, addresses[slot], available[slot]);
    }

    // then
    assertThat(table.limit()).isEqualTo(count);
    for (int slot = 0; slot < count; slot++) {
      assertThat(table.address(slot)).isEqualTo(addresses[slot]);
      assertThat(table.isAvailable(slot)).isEqualTo(available[slot]);
    }
  }

  @Test
  void listsTheAvailableAmongNeighbours() {
    // given
    SplittableRandom random = new SplittableRandom(2);
    TreeMap<Integer, Long> model = new TreeMap<>();
    int count = 66_000;
    for (int slot = 0; slot < count; slot++) {
      assertThat(table.take()).isEqualTo(slot);
      boolean available = slot < 32 || random.nextBoolean();
      table.set(slot, 8L + slot, available);
      if (available) {
        model.put(slot, 8L + slot);
      }
    }
    for (int slot = 100; slot < count; slot += 7) {
      table.free(slot);
      model.remove(slot);
    }
    int[] slots = new int[SlotTable.SLOTS_PER_LOCK];
    long[] addresses = new long[SlotTable.SLOTS_PER_LOCK];
    for (int first = 0; first < count; first += SlotTable.SLOTS_PER_LOCK) {
      // when
      int found = table.availableNeighbours(first, slots, addresses);

      // then
      List<Long> expected =
          new ArrayList<>(model.subMap(first, first + SlotTable.SLOTS_PER_LOCK).values());
      assertThat(found).isEqualTo(expected.size());
      for (int i = 0; i < found; i++) {
        assertThat(addresses[i]).isEqualTo(expected.get(i));
        assertThat(slots[i]).isEqualTo((int) (addresses[i] - 8));
      }
    }
  }

  @Test
  void guardsNeighboursByOneLock() {
    assertThat(table.lock(64)).isSameAs(table.lock(95));
    assertThat(table.lock(64)).isNotSameAs(table.lock(63)).isNotSameAs(table.lock(96));
  }
}
