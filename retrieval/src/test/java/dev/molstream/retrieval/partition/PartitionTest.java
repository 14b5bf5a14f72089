package dev.molstream.retrieval.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import dev.molstream.retrieval.kernel.KernelKind;
import dev.molstream.retrieval.snapshot.Snapshots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A partition against a plain map, under random operations. */
class PartitionTest {
  private static final int FIRST_SLOTS = 500;

  private final MolShape shape = Examples.shape(2, 3, 4, 6);
  private final Map<Integer, float[]> model = new TreeMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void holdsEachItemOnceByItsPresentCode(long seed) {
    // given
    SplittableRandom random = new SplittableRandom(seed);
    Partition partition = built(random);
    verify(partition);

    // when, then
    for (int step = 1; step <= 4_000; step++) {
      change(partition, random);
      if (step % 200 == 0) {
        verify(partition);
      }
      if (step % 1_000 == 0) {
        partition = Snapshots.saveAndRestore(partition::save, in -> Partition.restore(in, shape));
        verify(partition);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void showsEverySlotOnceWhenNothingIsLeftOut(KernelKind kind) {
    // given
    SplittableRandom random = new SplittableRandom(4);
    Partition partition = built(random);
    PartitionScan scan =
        new PartitionScan(
            partition, shape, Examples.gating(shape, random, 1), kind.createScanner());
    for (int round = 0; round < 5; round++) {
      for (int step = 0; step < 300; step++) {
        change(partition, random);
      }
      List<Integer> shown = new ArrayList<>();

      // when
      scan.forget();
      scan.start(Examples.query(shape, random), 1e6f);
      while (scan.promise() > Float.NEGATIVE_INFINITY) {
        scan.next(Float.NEGATIVE_INFINITY, 0);
        for (int i = 0; i < scan.foundCount(); i++) {
          shown.add(scan.found()[i]);
        }
      }

      // then
      assertThat(shown).containsExactlyInAnyOrderElementsOf(model.keySet());
      assertThat(scan.scanned()).isGreaterThanOrEqualTo(model.size());
      scan.next(Float.NEGATIVE_INFINITY, 0);
      assertThat(scan.foundCount()).isZero();
    }
  }

  @Test
  void keepsTheSlotsWhoseEstimateComesNearEnoughForItsReach() {
    // given
    SplittableRandom random = new SplittableRandom(5);
    PartitionScan scan = scan(built(random), random);
    MolQuery query = Examples.query(shape, random);
    scan.start(query, 9);
    scan.next(Float.NEGATIVE_INFINITY, 0);
    Map<Integer, Float> estimates = found(scan);
    Map<Integer, Float> origins = new HashMap<>();
    for (int i = 0; i < scan.foundCount(); i++) {
      origins.put(scan.found()[i], scan.foundOrigins()[i]);
    }
    float least = estimates.values().iterator().next();

    // when
    scan.start(query, 9);
    scan.next(least, 0.5f);

    // then
    estimates
        .entrySet()
        .removeIf(
            entry ->
                entry.getValue()
                    < PartitionScan.floor(least, 0.5f, origins.getOrDefault(entry.getKey(), 0f)));
    assertThat(found(scan)).isNotEmpty();
    assertThat(estimates).containsAllEntriesOf(found(scan));
    assertThat(PartitionScan.floor(2, 0.5f, 2)).isEqualTo(1.5f);
    assertThat(PartitionScan.floor(2, 0.5f, 0)).isEqualTo(1);
  }

  @Test
  void looksAtListsOnlyThatPromiseEnough() {
    // given
    SplittableRandom random = new SplittableRandom(6);
    PartitionScan scan = scan(built(random), random);
    scan.start(Examples.query(shape, random), 3);
    float best = scan.promise();

    // when
    scan.next(best, 0);

    // then
    assertThat(scan.foundCount()).isZero();
    assertThat(scan.scanned()).isZero();
    assertThat(scan.promise()).isEqualTo(best);
  }

  @Test
  void searchesAsBeforeWhenRestored() {
    // given
    SplittableRandom random = new SplittableRandom(7);
    Partition partition = built(random);
    for (int step = 0; step < 500; step++) {
      change(partition, random);
    }
    GatingNetwork gating = Examples.gating(shape, random, 1);
    MolQuery query = Examples.query(shape, random);

    // when
    Partition restored =
        Snapshots.saveAndRestore(partition::save, in -> Partition.restore(in, shape));

    // then
    PartitionScan expected =
        new PartitionScan(partition, shape, gating, KernelKind.chosen().createScanner());
    PartitionScan scan =
        new PartitionScan(restored, shape, gating, KernelKind.chosen().createScanner());
    expected.start(query, 3);
    scan.start(query, 3);
    while (expected.promise() > Float.NEGATIVE_INFINITY) {
      assertThat(scan.promise()).isEqualTo(expected.promise());
      expected.next(Float.NEGATIVE_INFINITY, 0);
      scan.next(Float.NEGATIVE_INFINITY, 0);
      assertThat(found(scan)).isEqualTo(found(expected));
    }
    assertThat(scan.promise()).isEqualTo(expected.promise());
    assertThat(restored.retainedBytes()).isLessThanOrEqualTo(partition.retainedBytes());
  }

  /** The new code goes into the gap, before the old one. */
  @Test
  void replacesACodeInAListWithAGap() {
    // given
    SplittableRandom random = new SplittableRandom(8);
    Projection projection =
        Projection.learn(Examples.units(random, 300, 4), new float[0], shape, 12, random);
    Partition partition = new Partition(shape, projection, Centroids.single(12));
    partition.put(0, Examples.units(random, 3, 4));
    partition.put(1, Examples.units(random, 3, 4));
    partition.remove(0);

    // when
    float[] components = Examples.units(random, 3, 4);
    model.put(1, components);
    partition.put(1, components);

    // then
    verify(partition);
  }

  /** Or an item that is unlike the others is hidden by one that is written all the time. */
  @Test
  void knowsAListByItsItemsNotByHowOftenOneIsWritten() {
    // given
    SplittableRandom random = new SplittableRandom(9);
    Projection projection =
        Projection.learn(Examples.units(random, 300, 4), new float[0], shape, 12, random);
    Partition partition = new Partition(shape, projection, Centroids.single(12));
    for (int slot = 0; slot < 100; slot++) {
      partition.put(slot, Examples.units(random, 3, 4));
    }
    float[] weights = Examples.gaussians(random, 12, 1);
    float mean = partition.statistics().above(0, weights, 0, 0);
    float promise = partition.statistics().above(0, weights, 0, 3);

    // when
    float[] busy = Examples.units(random, 3, 4);
    for (int i = 0; i < 10_000; i++) {
      partition.put(100, busy);
    }
    for (int i = 0; i < 10_000; i++) {
      partition.remove(100);
      partition.put(100, busy);
    }
    partition.remove(100);

    // then
    assertThat(partition.statistics().above(0, weights, 0, 0)).isCloseTo(mean, within(1e-5f));
    assertThat(partition.statistics().above(0, weights, 0, 3)).isCloseTo(promise, within(1e-5f));
  }

  /** Of some slots; the rest are free. */
  private Partition built(SplittableRandom random) {
    for (int slot = 0; slot < FIRST_SLOTS; slot++) {
      if (random.nextInt(10) > 0) {
        model.put(slot, Examples.units(random, 3, 4));
      }
    }
    Map<Integer, float[]> gates = new HashMap<>();
    model.keySet().forEach(slot -> gates.put(slot, Examples.gaussians(random, 6, 1)));
    PartitionBuilder.ItemReader reader =
        (slot, components, gate) -> {
          float[] own = model.get(slot);
          if (own == null) {
            return false;
          }
          System.arraycopy(own, 0, components, 0, own.length);
          System.arraycopy(gates.getOrDefault(slot, new float[6]), 0, gate, 0, 6);
          return true;
        };
    GatingNetwork gating = Examples.gating(shape, random, 1);
    List<MolQuery> queries =
        random.nextBoolean() ? List.of() : List.of(Examples.query(shape, random));
    return PartitionBuilder.build(reader, shape, gating, queries, FIRST_SLOTS, 30, 7);
  }

  private void change(Partition partition, SplittableRandom random) {
    // The chunks of 65,536 slots are made as they are needed.
    int slot = random.nextInt(8) == 0 ? 140_000 + random.nextInt(50) : random.nextInt(550);
    float[] present = model.get(slot);
    if (random.nextInt(3) == 0) {
      partition.remove(slot);
      model.remove(slot);
    } else if (present != null && random.nextBoolean()) {
      // A little beside where it was: mostly in the same list.
      float[] moved = Examples.gaussians(random, present.length, 0.05);
      FloatRows.addScaled(1, present, 0, moved, 0, moved.length);
      partition.put(slot, moved);
      model.put(slot, moved);
    } else {
      float[] components = Examples.units(random, 3, 4);
      partition.put(slot, components);
      model.put(slot, components);
    }
  }

  private void verify(Partition partition) {
    Projection projection = partition.projection();
    Map<Integer, List<Byte>> held = new HashMap<>();
    Map<Integer, Integer> lists = new HashMap<>();
    for (int list = 0; list < partition.listCount(); list++) {
      Map<Integer, List<Byte>> inList = CodeListTest.held(partition.list(list).codes());
      assertThat(partition.list(list).size()).isEqualTo(inList.size());
      for (Map.Entry<Integer, List<Byte>> entry : inList.entrySet()) {
        assertThat(held.put(entry.getKey(), entry.getValue())).isNull();
        lists.put(entry.getKey(), list);
      }
    }
    assertThat(partition.size()).isEqualTo(model.size());
    assertThat(held.keySet()).isEqualTo(model.keySet());
    float[] coordinates = new float[projection.dimension()];
    model.forEach(
        (slot, components) -> {
          projection.project(components, coordinates);
          List<Byte> code = new ArrayList<>();
          for (int k = 0; k < coordinates.length; k++) {
            code.add(projection.code(coordinates, k));
          }
          assertThat(held.get(slot)).as("code of slot %d", slot).isEqualTo(code);
          assertThat(partition.listOf(slot))
              .isEqualTo(lists.get(slot))
              .isEqualTo(partition.nearestList(components));
        });
  }

  private PartitionScan scan(Partition partition, SplittableRandom random) {
    return new PartitionScan(
        partition, shape, Examples.gating(shape, random, 1), KernelKind.chosen().createScanner());
  }

  private static Map<Integer, Float> found(PartitionScan scan) {
    Map<Integer, Float> estimates = new HashMap<>();
    for (int i = 0; i < scan.foundCount(); i++) {
      assertThat(estimates.put(scan.found()[i], scan.estimates()[i])).isNull();
    }
    return estimates;
  }
}
