package dev.molstream.training.batch;

/**
 * Items that all positions of a step are learned against.
 *
 * @param places [R] in the step's items; every place in order when all items serve
 * @param logShares [R] log of how many items each stands for
 */
@SuppressWarnings("ArrayRecordComponent") // read only
public record Negatives(long[] places, float[] logShares) {
  /** R. */
  public int count() {
    return places.length;
  }
}
