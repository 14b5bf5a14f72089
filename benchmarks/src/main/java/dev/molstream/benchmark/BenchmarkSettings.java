package dev.molstream.benchmark;

import dev.molstream.retrieval.VectorFormat;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to measure.
 *
 * @param items size of the catalogue, at least k
 * @param mixture sizes to train or to expect of the bundle; null for the recipe's or the bundle's
 * @param k how many items a search asks for
 * @param bundle the model's folder; null to make one
 * @param randomWeights make the model with random weights instead of training it
 * @param threads searchers at once in the throughput rows; 1 leaves them out
 * @param queries how many histories to search for
 * @param growthOnly stop after the searches made while the catalogue grows
 * @param filters whether to measure under filters
 * @param updatesPerSecond items changed per second while searching; 0 leaves it out
 * @param peersItems the peers' catalogue, its first so many items; 0 leaves the peers out
 * @param format how the index holds vectors
 * @param effort how long to train and to measure
 * @param seed of everything random
 */
public record BenchmarkSettings(
    int items,
    @Nullable Mixture mixture,
    int k,
    @Nullable Path bundle,
    boolean randomWeights,
    int threads,
    int queries,
    boolean growthOnly,
    boolean filters,
    int updatesPerSecond,
    int peersItems,
    VectorFormat format,
    Effort effort,
    long seed) {
  private static final int MOST_ITEMS = 20_000_000;
  private static final int MOST_K = 10_000;
  private static final int MOST_THREADS = 256;
  private static final int MOST_QUERIES = 100_000;
  private static final int MOST_UPDATES = 1_000_000;

  /**
   * Refuses what cannot be measured.
   *
   * @throws InvalidBenchmarkException in one line that names the option and what is valid
   */
  public BenchmarkSettings {
    requireRange("--k", k, 1, MOST_K);
    requireRange("--items", items, k, MOST_ITEMS);
    requireRange("--threads", threads, 1, MOST_THREADS);
    requireRange("--queries", queries, 1, MOST_QUERIES);
    requireRange("--updates", updatesPerSecond, 0, MOST_UPDATES);
    if (peersItems != 0) {
      requireRange("--peers-items", peersItems, k, items);
    }
    if (bundle != null && randomWeights) {
      throw new InvalidBenchmarkException("--random makes a model, valid only without --bundle");
    }
  }

  private static void requireRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidBenchmarkException(
          name + " " + value + ", valid is a number from " + least + " to " + most);
    }
  }
}
