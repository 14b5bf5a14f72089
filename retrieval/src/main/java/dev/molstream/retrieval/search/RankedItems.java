package dev.molstream.retrieval.search;

import dev.molstream.retrieval.TopK;
import dev.molstream.retrieval.scan.ItemEntry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The best items offered so far: a heap with the worst on top while collecting, best first once
 * {@link #sort sorted}. Of equal scores the smaller item id is better. Reused from search to
 * search.
 */
final class RankedItems implements TopK {
  private static final int INITIAL_CAPACITY = 64;

  private float[] scores = new float[INITIAL_CAPACITY];
  private @Nullable ItemEntry[] entries = new @Nullable ItemEntry[INITIAL_CAPACITY];
  private int limit;
  private int size;
  private boolean turnedAway;
  private boolean exact;
  private int scored;

  /** Forgets everything and collects up to {@code limit} items. */
  void start(int limit) {
    Arrays.fill(entries, 0, size, null);
    this.limit = limit;
    size = 0;
    turnedAway = false;
    exact = false;
    scored = 0;
  }

  /** Whether an item of this score could be taken: false for sure, true perhaps. */
  boolean mayTake(float score) {
    return size < limit || score >= scores[0];
  }

  /** Notes that an item was left out for its score. */
  void turnAway() {
    turnedAway = true;
  }

  /** True when some item that passed was left out, or dropped for a better one. */
  boolean turnedAway() {
    return turnedAway;
  }

  /** Takes the item if it is among the best. */
  void offer(float score, ItemEntry entry) {
    if (size < limit) {
      append(score, entry);
    } else {
      turnedAway = true;
      if (worse(scores[0], entry(0), score, entry)) {
        sink(0, size, score, entry);
      }
    }
  }

  /** Whether an item of this id is held. */
  boolean contains(String itemId) {
    for (int i = 0; i < size; i++) {
      if (entry(i).itemId().equals(itemId)) {
        return true;
      }
    }
    return false;
  }

  /** The entry at a position: a rank once sorted. */
  ItemEntry entry(int position) {
    ItemEntry entry = entries[position];
    if (position >= size || entry == null) {
      throw new IndexOutOfBoundsException("rank " + position + " is not within 0 to " + (size - 1));
    }
    return entry;
  }

  /** Ends collecting: best first. */
  RankedItems sort(boolean exact, int scored) {
    this.exact = exact;
    this.scored = scored;
    for (int last = size - 1; last > 0; last--) {
      float score = scores[last];
      ItemEntry entry = entry(last);
      scores[last] = scores[0];
      entries[last] = entries[0];
      sink(0, last, score, entry);
    }
    return this;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String itemId(int rank) {
    return entry(rank).itemId();
  }

  @Override
  public String title(int rank) {
    return entry(rank).title();
  }

  @Override
  public float score(int rank) {
    entry(rank);
    return scores[rank];
  }

  @Override
  public boolean exact() {
    return exact;
  }

  @Override
  public int scored() {
    return scored;
  }

  private void append(float score, ItemEntry entry) {
    if (size == scores.length) {
      int capacity = (int) Math.min(limit, 2L * size);
      scores = Arrays.copyOf(scores, capacity);
      entries = Arrays.copyOf(entries, capacity);
    }
    int position = size++;
    entries[position] = entry;
    while (position > 0) {
      int parent = (position - 1) / 2;
      if (!worse(score, entry, scores[parent], entry(parent))) {
        break;
      }
      scores[position] = scores[parent];
      entries[position] = entries[parent];
      position = parent;
    }
    scores[position] = score;
    entries[position] = entry;
  }

  /** Puts the item where it belongs at or below a free position of the first {@code count}. */
  private void sink(int position, int count, float score, ItemEntry entry) {
    for (int child; (child = 2 * position + 1) < count; position = child) {
      if (child + 1 < count
          && worse(scores[child + 1], entry(child + 1), scores[child], entry(child))) {
        child++;
      }
      if (!worse(scores[child], entry(child), score, entry)) {
        break;
      }
      scores[position] = scores[child];
      entries[position] = entries[child];
    }
    scores[position] = score;
    entries[position] = entry;
  }

  private static boolean worse(float score, ItemEntry entry, float other, ItemEntry otherEntry) {
    return score < other || (score == other && entry.itemId().compareTo(otherEntry.itemId()) > 0);
  }
}
