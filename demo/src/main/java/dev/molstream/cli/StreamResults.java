package dev.molstream.cli;

import dev.molstream.bench.StreamTables;
import dev.molstream.benchmark.report.Row;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;

/** Prints results: as JSON as they come, or as tables when it is closed. One thread. */
final class StreamResults implements Consumer<Row>, AutoCloseable {
  private final PrintWriter out;
  private final boolean json;
  private final List<Row> rows = new ArrayList<>();

  StreamResults(CommandSpec spec, JsonOption json) {
    this.out = spec.commandLine().getOut();
    this.json = json.isOn;
  }

  @Override
  public void accept(Row row) {
    rows.add(row);
    if (json) {
      out.println(row.toJson());
    }
  }

  @Override
  public void close() {
    if (!json) {
      StreamTables.of(rows).forEach(table -> out.println(table.toText()));
    }
  }
}
