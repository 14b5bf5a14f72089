package dev.molstream.retrieval.kernel;

import dev.molstream.retrieval.MolQuery;

/**
 * Scores records in place against one query at a time. All forms agree with {@link ReferenceScorer}
 * to 1e-4, and a record's score does not depend on what it is scored together with, apart from last
 * bits that change when the JIT compiles a sum over lanes. Holds scratch memory: one thread at a
 * time; allocates nothing after construction.
 *
 * <p>A record may change while it is read: then its result has no meaning, and nothing else
 * happens.
 */
public interface MolKernel {
  /** Reads the query that the following calls score against. It may be reused afterwards. */
  void prepare(MolQuery query);

  /**
   * The MoL score of each record.
   *
   * @param addresses native addresses of records, from {@code from}
   * @param scores receives the scores, from {@code from}
   */
  void score(long[] addresses, int from, int count, float[] scores);

  /** The largest component logit of each record, max_p ℓ_p, which its score does not exceed. */
  void bound(long[] addresses, int from, int count, float[] bounds);

  /**
   * The MoL score of the records whose largest component logit reaches the floor, a margin for
   * rounding included; -∞ for the others, whose gates are not computed.
   *
   * @return how many were scored
   */
  int scoreAbove(long[] addresses, int from, int count, float floor, float[] scores);

  /**
   * All component logits of each record, rows of L, query index major.
   *
   * @param logits receives {@code count} rows from 0
   */
  void logits(long[] addresses, int from, int count, float[] logits);
}
