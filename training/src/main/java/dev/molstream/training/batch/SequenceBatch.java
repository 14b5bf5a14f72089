package dev.molstream.training.batch;

import java.util.Arrays;

/**
 * Histories of about equal length, padded on the right, and the positions whose next item is to be
 * foretold. Item numbers are places in the step's items.
 *
 * @param userNumbers [B] whose histories they are
 * @param length n
 * @param inputs [B · n] item of each event; padding holds 0 and is never read by a real position
 * @param times [B · n] when each event happened, milliseconds since 1970
 * @param nextTimes [B · n] when the event after it happened
 * @param positions [M] indices into inputs
 * @param labels [M] the item that came after each position
 * @param mixed [K] those of the positions, by place, that the mixture is learned at
 */
@SuppressWarnings("ArrayRecordComponent") // handed over whole to one worker
public record SequenceBatch(
    int[] userNumbers,
    int length,
    long[] inputs,
    long[] times,
    long[] nextTimes,
    long[] positions,
    long[] labels,
    int[] mixed) {
  /** The labels of the positions that the mixture is learned at. */
  public long[] mixedLabels() {
    return Arrays.stream(mixed).mapToLong(place -> labels[place]).toArray();
  }

  /** The positions that the mixture is learned at. */
  public long[] mixedPositions() {
    return Arrays.stream(mixed).mapToLong(place -> positions[place]).toArray();
  }

  /** B. */
  public int users() {
    return userNumbers.length;
  }
}
