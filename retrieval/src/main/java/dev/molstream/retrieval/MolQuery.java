package dev.molstream.retrieval;

/**
 * A query as the scorer reads it. Reusable: the query tower writes into the arrays, a searcher
 * reads them; one thread at a time.
 *
 * @param components P_Q × d floats, component major, each component of length 1
 * @param gate a(q), L floats, query index major
 */
@SuppressWarnings("ArrayRecordComponent") // a buffer, shared on purpose
public record MolQuery(float[] components, float[] gate) {

  /** An empty query of the given shape, to be written by a query tower. */
  public static MolQuery allocate(MolShape shape) {
    return new MolQuery(new float[shape.queryFloats()], new float[shape.logits()]);
  }
}
