package dev.molstream.training.evaluation;

import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How a model and the baselines rank the same targets.
 *
 * @param baselines by name: "popularity", "itemKnn", "markov"
 */
public record Comparison(RankingMetrics model, Map<String, RankingMetrics> baselines) {
  public Comparison {
    baselines = Collections.unmodifiableMap(new LinkedHashMap<>(baselines));
  }

  /** The ranking by popularity. */
  public RankingMetrics popularity() {
    return Objects.requireNonNull(baselines.get(Baselines.POPULARITY));
  }

  /** Of some of the users, by their place among those ranked. */
  Comparison of(BitSet users) {
    Map<String, RankingMetrics> some = new LinkedHashMap<>();
    baselines.forEach((name, ranking) -> some.put(name, ranking.of(users)));
    return new Comparison(model.of(users), some);
  }
}
