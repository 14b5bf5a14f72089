package dev.molstream.experiment;

import dev.molstream.benchmark.InvalidBenchmarkException;
import dev.molstream.benchmark.report.Chart;
import dev.molstream.benchmark.report.Column;
import dev.molstream.benchmark.report.Row;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Measures one claim. Immutable; a run belongs to one thread. */
public interface Experiment {
  /** As the command line calls it: lower case and hyphens. */
  String name();

  /** A heading. */
  String title();

  /** What it asks and how it answers, some sentences. */
  String question();

  /** Which of the command's options it reads, the recipe's aside: "--bundle", … */
  Set<String> options();

  /** Whether it reads the training recipe's options. */
  boolean trains();

  /**
   * Measures.
   *
   * @param out receives each result as soon as it is known
   * @throws InvalidBenchmarkException in one line, when the inputs do not allow it
   * @throws IllegalStateException when what must hold does not
   */
  void run(ExperimentInputs inputs, Consumer<Row> out);

  /** The columns of its table. */
  List<Column> columns();

  /** Its chart of these results. */
  Chart chart(List<Row> rows);

  /** A result without figures yet. */
  default Row row() {
    return new Row(Map.of("event", "experiment")).with("name", name());
  }
}
