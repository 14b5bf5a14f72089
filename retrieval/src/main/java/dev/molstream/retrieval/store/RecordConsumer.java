package dev.molstream.retrieval.store;

/** Takes the records of a store one by one. */
@FunctionalInterface
public interface RecordConsumer {
  /**
   * Takes one.
   *
   * @param address of the record; see {@link ItemStore#put} for how long it holds
   * @param length its size in bytes
   */
  void accept(long address, int length);
}
