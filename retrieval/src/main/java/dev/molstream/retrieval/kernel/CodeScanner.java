package dev.molstream.retrieval.kernel;

/**
 * Scans codes: blocks of {@value #BLOCK_ITEMS} items of r signed bytes each, dimension major, so
 * that byte k of lane i of a block lies at k·{@value #BLOCK_ITEMS} + i from the block's address.
 * All forms agree to the rounding of float sums. Holds scratch memory: one thread at a time;
 * allocates nothing per scan.
 *
 * <p>Codes may change while they are scanned: then the item's result has no meaning, and nothing
 * else happens.
 */
public interface CodeScanner {
  /** Items per block. */
  int BLOCK_ITEMS = 64;

  /** Reads the r weights that the following scans use. They may be reused afterwards. */
  void prepare(float[] weights);

  /**
   * Finds the items with ⟨weights, code⟩ ≥ floor, in no order.
   *
   * @param address of the first block
   * @param blocks how many blocks, one after the other
   * @param positions receives block · {@value #BLOCK_ITEMS} + lane of each, from {@code offset}
   * @param scores receives ⟨weights, code⟩ of each, from {@code offset}
   * @return how many were found
   */
  int scanAbove(long address, int blocks, float floor, int[] positions, float[] scores, int offset);
}
