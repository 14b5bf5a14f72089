package dev.molstream.retrieval.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListQueueTest {
  /** Few distinct promises, so that ties abound. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 10, 63, 64, 65, 1000})
  void givesOutListsBestFirst(int count) {
    // given
    SplittableRandom random = new SplittableRandom(count);
    ListQueue queue = new ListQueue(count);
    for (int round = 0; round < 3; round++) {
      float[] promises = new float[count];
      List<Float> expected = new ArrayList<>();
      queue.clear();
      for (int list = 0; list < count; list++) {
        promises[list] = random.nextInt(-50, 50) / 4f;
        expected.add(promises[list]);
        queue.add(list, promises[list]);
      }
      expected.sort(Collections.reverseOrder());

      // when
      queue.order();

      // then
      List<Integer> lists = new ArrayList<>();
      for (float promise : expected) {
        assertThat(queue.best()).isEqualTo(promise);
        int list = queue.poll();
        assertThat(promises[list]).isEqualTo(promise);
        lists.add(list);
      }
      assertThat(lists).doesNotHaveDuplicates();
      assertThat(queue.best()).isEqualTo(Float.NEGATIVE_INFINITY);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20})
  void forgetsWhatIsLeft(int count) {
    ListQueue queue = new ListQueue(count);
    for (int list = 0; list < count; list++) {
      queue.add(list, list);
    }
    queue.order();

    queue.clear();

    assertThat(queue.best()).isEqualTo(Float.NEGATIVE_INFINITY);
  }
}
