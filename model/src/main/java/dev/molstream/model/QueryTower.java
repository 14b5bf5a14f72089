package dev.molstream.model;

import dev.molstream.retrieval.MolQuery;

/** Runs {@code query-tower.onnx}. One thread at a time; open one per thread. */
public interface QueryTower extends AutoCloseable {
  /** Encodes a history of at least one event into {@code target}. */
  void encode(QueryHistory history, long requestTimeMillis, MolQuery target);

  @Override
  void close();
}
