package dev.molstream.retrieval.kernel;

import dev.molstream.retrieval.record.NativeMemory;

/** Scans one item after the other: runs on any JVM. */
final class ScalarCodeScanner implements CodeScanner {
  private float[] weights = {};

  @Override
  public void prepare(float[] weights) {
    if (this.weights.length != weights.length) {
      this.weights = new float[weights.length];
    }
    System.arraycopy(weights, 0, this.weights, 0, weights.length);
  }

  @Override
  public int scanAbove(
      long address, int blocks, float floor, int[] positions, float[] scores, int offset) {
    int found = 0;
    for (int position = 0; position < blocks * BLOCK_ITEMS; position++) {
      long block = address + (long) (position / BLOCK_ITEMS) * BLOCK_ITEMS * weights.length;
      float sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * NativeMemory.getByte(block + k * BLOCK_ITEMS + position % BLOCK_ITEMS);
      }
      if (sum >= floor) {
        positions[offset + found] = position;
        scores[offset + found++] = sum;
      }
    }
    return found;
  }
}
