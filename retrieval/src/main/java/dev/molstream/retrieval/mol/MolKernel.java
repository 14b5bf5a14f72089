package dev.molstream.retrieval.mol;

import dev.molstream.retrieval.MolQuery;

/**
 * Scores tiles of items against one query at a time. All forms agree with {@link ReferenceScorer}
 * to 1e-4. Holds scratch memory: one thread at a time; allocates nothing after construction.
 */
public interface MolKernel {
  /** Reads the query that the following calls score against. It may be reused afterwards. */
  void prepare(MolQuery query);

  /**
   * The MoL score of every item of the tile.
   *
   * @param scores receives {@link ItemTile#ITEMS} scores; lanes without an item hold a number
   *     without meaning
   */
  void score(ItemTile tile, float[] scores);

  /**
   * ⟨Σ_n F_n, mean_m G_m⟩ of every item of the tile: ranks as the MoL score with a uniform gate
   * would (paper, section 4.2).
   */
  void scoreAveraged(ItemTile tile, float[] scores);
}
