package dev.molstream.benchmark.peer;

import java.util.PriorityQueue;

/** The k best of some scores. One thread. */
final class BestScores {
  private final int k;
  private final PriorityQueue<Float> best = new PriorityQueue<>();

  BestScores(int k) {
    this.k = k;
  }

  void offer(float score) {
    if (best.size() < k) {
      best.add(score);
    } else if (score > last()) {
      best.remove();
      best.add(score);
    }
  }

  int size() {
    return best.size();
  }

  /** The least of them; there must be one. */
  float last() {
    Float last = best.peek();
    if (last == null) {
      throw new IllegalStateException("no scores");
    }
    return last;
  }

  /** Writes them to {@code target}, in no order, and forgets them; how many there were. */
  int drainTo(float[] target) {
    int size = best.size();
    for (int i = 0; i < size; i++) {
      target[i] = best.remove();
    }
    return size;
  }
}
