package dev.molstream.retrieval.partition;

/** Lists by what they promise, best first: a binary heap made at once. */
final class ListQueue {
  private final float[] promises;
  private final int[] lists;
  private int size;

  ListQueue(int capacity) {
    this.promises = new float[capacity];
    this.lists = new int[capacity];
  }

  void clear() {
    size = 0;
  }

  /** Adds a list; {@link #order} before the first {@link #poll}. */
  void add(int list, float promise) {
    lists[size] = list;
    promises[size++] = promise;
  }

  void order() {
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i, lists[i], promises[i]);
    }
  }

  /** What the best list promises; -∞ when there is none. */
  float best() {
    return size == 0 ? Float.NEGATIVE_INFINITY : promises[0];
  }

  /** Takes out the best list. */
  int poll() {
    int list = lists[0];
    size--;
    if (size > 0) {
      sink(0, lists[size], promises[size]);
    }
    return list;
  }

  private void sink(int position, int list, float promise) {
    int at = position;
    for (int child; (child = 2 * at + 1) < size; at = child) {
      if (child + 1 < size && promises[child + 1] > promises[child]) {
        child++;
      }
      if (promises[child] <= promise) {
        break;
      }
      promises[at] = promises[child];
      lists[at] = lists[child];
    }
    promises[at] = promise;
    lists[at] = list;
  }
}
