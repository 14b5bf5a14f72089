package dev.molstream.retrieval.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molstream.retrieval.MolQuery;
import dev.molstream.retrieval.kernel.MolKernel;
import dev.molstream.retrieval.slots.SlotTable;
import java.util.concurrent.locks.StampedLock;
import org.junit.jupiter.api.Test;

class SlotScorerTest {
  private final SlotTable slots = new SlotTable();
  private final SlotScorer scorer = new SlotScorer(slots, new AddressKernel());

  /** Takes the address of a record for its score. */
  private static final class AddressKernel implements MolKernel {
    @Override
    public void prepare(MolQuery query) {}

    @Override
    public void score(long[] addresses, int from, int count, float[] scores) {
      for (int i = from; i < from + count; i++) {
        scores[i] = addresses[i];
      }
    }

    @Override
    public void bound(long[] addresses, int from, int count, float[] bounds) {
      score(addresses, from, count, bounds);
    }

    @Override
    public int scoreAbove(long[] addresses, int from, int count, float floor, float[] scores) {
      score(addresses, from, count, scores);
      return count;
    }

    @Override
    public void logits(long[] addresses, int from, int count, float[] logits) {
      score(addresses, from, count, logits);
    }
  }

  @Test
  void scoresEachSlotForItselfWhileAnItemIsPutIntoAFreeOne() throws Exception {
    // given: two slots under different locks, the second one free and locked by the writer
    int other = SlotTable.SLOTS_PER_LOCK;
    for (int i = 0; i <= other; i++) {
      slots.take();
    }
    slots.set(0, 10, true);
    StampedLock lock = slots.lock(other);
    long stamp = lock.writeLock();
    float[] scores = new float[2];
    Thread search = new Thread(() -> scorer.score(new int[] {0, other}, 0, 2, scores));

    // when
    search.start();
    await().until(() -> search.getState() == Thread.State.WAITING);
    slots.set(other, 20, true);
    lock.unlockWrite(stamp);
    search.join();

    // then
    assertThat(scores).containsExactly(10, 20);
  }
}
