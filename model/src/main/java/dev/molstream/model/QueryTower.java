package dev.molstream.model;

import dev.molstream.retrieval.MolQuery;

/** Runs {@code query-tower.onnx}. One thread at a time; open one per thread. */
public interface QueryTower extends AutoCloseable {
  /**
   * Encodes a history of 1 to maxHistory events into {@code target}, overwriting it.
   *
   * @param requestTimeMillis time of the request, milliseconds since 1970
   * @throws IllegalArgumentException when the history's length or vectors do not fit
   * @throws IllegalStateException when the tower fails or gives values that are not finite, or is
   *     closed
   */
  void encode(QueryHistory history, long requestTimeMillis, MolQuery target);

  /** True when the tower makes queries of what an encoder elsewhere gave, too. */
  boolean acceptsEncoded();

  /**
   * Makes a query of an encoder's output and writes it into {@code target}, overwriting it.
   *
   * @param encoded D floats
   * @throws IllegalArgumentException when {@code encoded} has another length, or when what follows
   *     from it is no query: a component not of length 1, a number that is not usable
   * @throws IllegalStateException when the tower fails, accepts no such vectors, or is closed
   */
  void fromEncoded(float[] encoded, MolQuery target);

  /** Frees native memory; a second call does nothing. */
  @Override
  void close();
}
