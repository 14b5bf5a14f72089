package dev.molstream.model.encoder;

import dev.molstream.model.QueryHistory;
import java.util.Arrays;

/**
 * What {@link HstuEncoder} keeps of one history: the events it was computed from, and for every
 * block the keys and values of their rows. Reused from one history to the next; one thread at a
 * time.
 *
 * <p>Rows are final once the event after them is known: an encoder that reads times lets each event
 * see the time of the next. What is kept is compared with, never trusted: a history that differs in
 * its i-th vector or time uses the rows before i only.
 */
final class EncodedHistory {
  private final HstuWeights weights;
  private final int capacity;
  private final float[] vectors;
  private final long[] times;
  private final float[][] keys;
  private final float[][] values;
  private int length;

  /** Room for {@code capacity} events, a multiple of the longest vector there is (16 floats). */
  EncodedHistory(HstuWeights weights, int capacity) {
    this.weights = weights;
    this.capacity = capacity;
    int width = weights.width();
    vectors = new float[capacity * width];
    times = new long[capacity];
    keys = new float[weights.blocks().size()][capacity * width];
    values = new float[weights.blocks().size()][capacity * width];
  }

  /** How many bytes one with that capacity takes. */
  static long bytes(HstuWeights weights, int capacity) {
    long perEvent = weights.width() * (1 + 2L * weights.blocks().size()) * Float.BYTES + Long.BYTES;
    return capacity * perEvent;
  }

  int capacity() {
    return capacity;
  }

  /** Keys of a block: [D, capacity], an event per column. */
  float[] keys(int block) {
    return keys[block];
  }

  /** Values of a block: [capacity, D], an event per row. */
  float[] values(int block) {
    return values[block];
  }

  /** Forgets everything. */
  void clear() {
    length = 0;
  }

  /**
   * Takes over the events of {@code history} and says how many rows, from the first, were computed
   * from the same: at most all but the last, whose output is wanted.
   */
  int advanceTo(QueryHistory history) {
    int width = weights.width();
    int common = Math.min(length, history.length());
    int differs = Arrays.mismatch(history.vectors(), 0, common * width, vectors, 0, common * width);
    int same = differs < 0 ? common : differs / width;
    if (weights.timeBuckets() > 0) {
      int late = Arrays.mismatch(history.timestamps(), 0, same, times, 0, same);
      // The last one's next event is not known to be the same; of the last ever it was the request.
      same = Math.max(0, (late < 0 ? same : late) - 1);
    }
    length = history.length();
    int kept = Math.min(same, length - 1);
    System.arraycopy(
        history.vectors(), kept * width, vectors, kept * width, (length - kept) * width);
    System.arraycopy(history.timestamps(), 0, times, 0, length);
    return kept;
  }
}
