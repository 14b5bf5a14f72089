package dev.molstream.benchmark.peer;

/** A library's index that finds items by inner product. One thread. */
interface CandidateGraph extends AutoCloseable {
  /** The library, as results name it. */
  String name();

  /** What it was built with, such as "M=16". */
  String setting();

  /** Bytes of the graph and its vectors. */
  long bytes();

  /**
   * Finds about the {@code count} best items.
   *
   * @param target receives their numbers
   * @return how many there are
   */
  int find(float[] query, int count, int[] target);

  @Override
  void close();
}
