package dev.molstream.benchmark.measure;

import dev.molstream.retrieval.SearchAlgorithm;

/**
 * What is measured.
 *
 * @param name of the algorithm
 * @param setting its parameters, such as "N=500"; empty when it has none
 * @param algorithm as the engine takes it
 */
public record Contestant(String name, String setting, SearchAlgorithm algorithm) {
  /** Name and setting. */
  @Override
  public String toString() {
    return setting.isEmpty() ? name : name + " " + setting;
  }
}
