package dev.molstream.retrieval.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.Examples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromisedListsTest {
  private final SplittableRandom random = new SplittableRandom(3);
  private final Centroids centroids =
      Centroids.learn(Examples.gaussians(random, 600 * 2, 1), 2, 50, random);
  private final PromisedLists lists = new PromisedLists(centroids);
  private final float[] promises = new float[centroids.count()];

  /** Few distinct promises, so that ties abound. */
  @BeforeEach
  void promise() {
    for (int list = 0; list < promises.length; list++) {
      promises[list] = random.nextInt(-50, 50) / 4f;
      lists.set(list, promises[list]);
    }
    for (int region = 0; region < centroids.regionCount(); region++) {
      lists.settle(region);
    }
  }

  @Test
  void givesOutEachListOnceBestFirst() {
    // given
    List<Float> expected = new ArrayList<>();
    for (float promise : promises) {
      expected.add(promise);
    }
    expected.sort(Collections.reverseOrder());

    // when, then
    List<Integer> taken = new ArrayList<>();
    for (float promise : expected) {
      assertThat(lists.best()).isEqualTo(promise);
      int best = lists.bestList();
      int list = lists.poll();
      assertThat(list).isEqualTo(best);
      assertThat(promises[list]).isEqualTo(promise);
      taken.add(list);
    }
    assertThat(taken).doesNotHaveDuplicates();
    assertThat(lists.best()).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void leavesOutARegionUntilItIsSettled() {
    // given
    int best = lists.bestList();
    float promise = lists.best();
    int region = centroids.region(best);

    // when
    lists.hold(region);

    // then
    assertThat(centroids.region(lists.bestList())).isNotEqualTo(region);
    lists.settle(region);
    assertThat(lists.best()).isEqualTo(promise);
  }

  @Test
  void takesInNewPromisesOfARegion() {
    // given
    int list = centroids.firstList(1);

    // when
    lists.set(list, 1000);
    lists.settle(1);

    // then
    assertThat(lists.poll()).isEqualTo(list);
    assertThat(lists.get(list)).isEqualTo(Float.NEGATIVE_INFINITY);
  }
}
