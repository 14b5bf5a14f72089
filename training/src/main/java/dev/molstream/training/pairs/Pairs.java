package dev.molstream.training.pairs;

import java.util.List;

/**
 * Queries and what answers them.
 *
 * @param queries what the encoder gave, D numbers each
 * @param items the item that answers each query, from 0
 */
public record Pairs(List<float[]> queries, List<Integer> items) {
  public Pairs {
    queries = List.copyOf(queries);
    items = List.copyOf(items);
    if (queries.isEmpty() || queries.size() != items.size()) {
      throw new IllegalArgumentException(
          "%d queries have %d answers, valid is one each, and at least one"
              .formatted(queries.size(), items.size()));
    }
  }
}
