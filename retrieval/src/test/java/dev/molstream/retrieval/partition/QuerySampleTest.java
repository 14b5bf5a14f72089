package dev.molstream.retrieval.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.Examples;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.MolShape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuerySampleTest {
  private final MolShape shape = Examples.shape(2, 3, 4, 5);
  private final QuerySample sample = new QuerySample(shape);
  private final MolQuery reused = MolQuery.allocate(shape);

  @Test
  void keepsTheFirstQueriesAndSaysWhenItIsFull() {
    // when, then
    for (int i = 0; i < QuerySample.CAPACITY; i++) {
      assertThat(sample.isFull()).isFalse();
      add(i);
    }
    assertThat(sample.isFull()).isTrue();
    List<MolQuery> kept = sample.copy();
    assertThat(kept).hasSize(QuerySample.CAPACITY);
    for (int i = 0; i < kept.size(); i++) {
      assertThat(kept.get(i).components()).containsOnly(i);
      assertThat(kept.get(i).gate()).containsOnly(-i);
    }
  }

  @Test
  void replacesTheOldestByNewOnesNowAndThen() {
    // given
    int later = 100 * QuerySample.CAPACITY;

    // when
    for (int i = 0; i < later; i++) {
      add(i);
    }

    // then
    assertThat(sample.copy())
        .hasSize(QuerySample.CAPACITY)
        .allSatisfy(query -> assertThat(query.gate()[0]).isLessThan(-later / 2f));
  }

  @Test
  void handsOutCopies() {
    // given
    add(1);

    // when
    sample.copy().getFirst().gate()[0] = 7;

    // then
    assertThat(sample.copy().getFirst().gate()[0]).isEqualTo(-1);
  }

  private void add(int number) {
    Arrays.fill(reused.components(), number);
    Arrays.fill(reused.gate(), -number);
    sample.add(reused);
  }
}
