package dev.molstream.retrieval;

import dev.molstream.retrieval.index.StoredItemIndex;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The items of one model: a persistent Chronicle Map of records and the scan index derived from it.
 *
 * <p>Threads: {@link #upsert}, {@link #delete}, {@link #clear}, {@link #storeOffsets} and {@link
 * #close} belong to one writer thread. Everything else, and every {@link Searcher}, may be used by
 * other threads meanwhile; a search sees each item wholly before or wholly after a change.
 *
 * <pre>{@code
 * try (ItemIndex index = ItemIndex.open(settings)) {
 *   index.upsert(item);
 *   TopK top = index.searcher().search(query, 10, SearchFilter.NONE, SearchAlgorithm.exact());
 *   System.out.println(top.title(0) + " " + top.score(0));
 * }
 * }</pre>
 */
public interface ItemIndex extends AutoCloseable {

  /**
   * Opens the index in the settings' directory, recovering it when it was not closed cleanly and
   * starting empty when it belongs to another model, shape or layout version or when the machine
   * went down while it was open.
   *
   * @throws IllegalStateException when the directory is in use by another index or process
   * @throws java.io.UncheckedIOException when the directory cannot be read or written
   */
  static ItemIndex open(IndexSettings settings) {
    return StoredItemIndex.open(settings);
  }

  /** The settings it was opened with. */
  IndexSettings settings();

  /**
   * Adds the item or replaces it.
   *
   * @throws IllegalArgumentException when a length does not fit the shape or a value is not finite
   */
  void upsert(MolItem item);

  /**
   * Adds or replaces many items, as {@link #upsert} does, and arranges the index for searching
   * once, at the end: the fast way to fill it. Searches meanwhile are exact and slow.
   *
   * @param source hands each item to the consumer that it is given
   */
  void upsertAll(Consumer<Consumer<MolItem>> source);

  /**
   * Shows the index queries like those to come: how it arranges items from then on is fitted to
   * them. Searches show it theirs, so nobody needs to call this; it spares the first arrangement
   * after a start, which knows no query and serves less well. Any thread.
   *
   * @throws IllegalArgumentException when a query does not fit the shape
   */
  void learnFrom(List<MolQuery> queries);

  /** Removes the item; false when there was none. */
  boolean delete(String itemId);

  /** Removes every item and every stored offset. */
  void clear();

  /** How many items are held, available or not. */
  int size();

  /**
   * Copies the item's base vector, D floats, to {@code target} from {@code position}; false when
   * the item is not held, and then nothing is written.
   */
  boolean copyBase(String itemId, float[] target, int position);

  /**
   * Copies what an item's score is made from: its components, P_X × d floats, and its gate b(x), L
   * floats, query index major, both of one version of the item; false when the item is not held,
   * and then nothing is written. As precise as the index keeps them.
   *
   * @throws IndexOutOfBoundsException when an array is shorter than that
   */
  boolean copyMixture(String itemId, float[] components, float[] gate);

  /** The item's title, or null when the item is not held. */
  @Nullable String title(String itemId);

  /** True when the item is held and may be recommended. */
  boolean isAvailable(String itemId);

  /** True when the item is held and a search with this filter could return it. */
  boolean passes(String itemId, SearchFilter filter);

  /**
   * Remembers up to which source offset the items so far reach: partition → next offset. Survives
   * the end of the process, however it comes. Writes a small file to disk: for every commit, not
   * for every item.
   */
  void storeOffsets(Map<Integer, Long> nextOffsets);

  /**
   * What {@link #storeOffsets} stored last: every change before it is in the index. Empty when it
   * never did or when the index started empty. A caller that then reads its source from the start
   * calls {@link #clear} first, if items are there: the source may have forgotten their deletion.
   */
  Map<Integer, Long> storedOffsets();

  /** Bytes held outside and inside the heap by the index. */
  long retainedBytes();

  /**
   * Those of {@link #retainedBytes} that the default search needs beside the Chronicle Map's
   * records.
   */
  long searchBytes();

  /** A new searcher; each belongs to one thread. */
  Searcher searcher();

  /**
   * A new searcher for several queries at once; each belongs to one thread.
   *
   * @param most how many queries it takes at a time, 1 to 64
   */
  BatchSearcher batchSearcher(int most);

  /** Marks a clean shutdown and releases the files; searches after it fail. Idempotent. */
  @Override
  void close();
}
