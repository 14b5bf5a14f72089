package dev.molstream.retrieval.store;

import java.nio.file.Path;

/**
 * One map file of a store.
 *
 * @param generation the number in its name; a newer file's is higher
 * @param capacity how many items it was sized for
 * @param valueBytes the average record size it was sized for
 */
record MapFile(long generation, long capacity, long valueBytes) {
  /** Where it lies. */
  Path in(Path directory) {
    return directory.resolve("items-" + generation + ".map");
  }

  /** Reads what {@link #toString} wrote. */
  static MapFile parse(String text) {
    String[] numbers = text.split(":", -1);
    if (numbers.length != 3) {
      throw new IllegalArgumentException("'" + text + "' is not generation:capacity:valueBytes");
    }
    return new MapFile(
        Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
  }

  @Override
  public String toString() {
    return generation + ":" + capacity + ":" + valueBytes;
  }
}
