package dev.molstream.experiment;

import dev.molstream.benchmark.InvalidBenchmarkException;
import java.util.List;
import java.util.stream.Collectors;

/** Every experiment: to add one, add it to {@link #ALL}. */
public final class Experiments {
  /** In the order of the page. */
  public static final List<Experiment> ALL =
      List.of(
          Universality.usual(),
          BalanceSweep.loadBalancing(),
          BalanceSweep.alpha(),
          new SimilarityComparison(),
          new ComponentSweep(),
          new ErrorBounds(),
          new RetrievalScaling(),
          new FineTuning());

  private Experiments() {}

  /**
   * The experiment of this name.
   *
   * @throws InvalidBenchmarkException naming the valid ones, when there is none
   */
  public static Experiment named(String name) {
    return ALL.stream()
        .filter(experiment -> experiment.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidBenchmarkException("no experiment '" + name + "', valid is " + names()));
  }

  private static String names() {
    return ALL.stream().map(Experiment::name).collect(Collectors.joining(", "));
  }
}
